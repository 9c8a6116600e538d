"""Recipes as they are read: what they mean, and errors that say where and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from cartera.intake.frames import Entity
from cartera.intake.recipe_file import RecipeError, parse_template, read_recipe
from cartera.intake.recipes import Constant, Join, Pick, Slot, Take, Text

BASE = """
[bank]
system = "core"
name = "Banco"
country = "EC"
currency = "USD"
zone = "America/Guayaquil"
[files]
people = { pattern = "people.csv" }
[codes.kind]
P = "person"
[[branches]]
columns = { key = "root", name = "Root" }
"""

RECIPES = Path(__file__).parents[2] / "recipes"
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def recipe(tmp_path):
    def read(text: str, base: str = BASE):
        path = tmp_path / "bank.toml"
        path.write_text(base + text, encoding="utf-8")
        return read_recipe(path)

    return read


@pytest.mark.row("Y9")
class TestRecipes:
    @pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.name)
    def test_the_recipes_of_the_project_can_be_followed(self, path):
        assert read_recipe(path).loads

    def test_a_layout_is_inherited_by_files_that_say_nothing_else(self, tmp_path):
        path = tmp_path / "bank.toml"
        files = 'people = { pattern = "people.csv" }\nold = { pattern = "old.txt", encoding = "cp1252" }'
        text = BASE.replace('people = { pattern = "people.csv" }', files)
        path.write_text(text + '[layout]\nseparator = "|"\ndecimal = ","\n', encoding="utf-8")
        old = read_recipe(path).files["old"].layout
        assert (old.separator, old.decimal, old.encoding) == ("|", ",", "cp1252")

    def test_joins_short_and_long(self, recipe):
        made = recipe("""
[tables.a]
from = "people"
join.people = "id"
join.boss = { table = "people", on = { boss_id = "id", office = "office" }, optional = true }
""").tables["a"]
        assert made.joins == (
            Join("people", "people", (("id", "id"),)),
            Join("boss", "people", (("boss_id", "id"), ("office", "office")), optional=True),
        )

    def test_picks(self, recipe):
        made = recipe('[tables.a]\nfrom = "people"\npick = { per = "id", take = "last", order = "day" }\n').tables["a"]
        assert made.pick == Pick(("id",), Take.LAST, "day")

    def test_an_entity_in_several_parts(self, recipe):
        text = (
            '[[branches]]\nfrom = "people"\ncolumns = { key = "{office}", name = "Office {office}", parent = "root" }\n'
        )
        assert [source.name for source in recipe(text).loads[Entity.BRANCHES]] == ["branches[1]", "branches[2]"]

    def test_hours(self, recipe):
        made = recipe('[hours]\nmon-tue = ["08:30-13:00", "14:00-17:30"]\nsat = "09:00-12:00"\n').hours
        assert made == ((0, 510, 780), (1, 510, 780), (0, 840, 1050), (1, 840, 1050), (5, 540, 720))

    def test_only_the_columns_that_are_mentioned_are_read(self, recipe):
        text = '[tables.a]\nfrom = "people"\nwhere = { state = "A" }\ncolumns.x = "{name[0:2]}{people.age}"\n'
        used = recipe(text).columns_used()
        assert {"state", "name", "age"} <= used
        assert "address" not in used


@pytest.mark.row("Y9")
class TestErrors:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[clients]\nfrom = 'people'\n", r"bank\.toml: clients\[1\]\.columns\.key: expected a value"),
            ("[tables.a]\nfrom = 'peeple'\n", "tables.a: expected a file or a table, and “peeple” is neither"),
            ("[tables.a]\nfrom = 'b'\n[tables.b]\nfrom = 'people'\n", "tables.a: expected “b” to stand above it"),
            ("[tables.people]\nfrom = 'people'\n", "tables.people: expected another name"),
            (
                "[tables.a]\nfrom = 'people'\nwehre = {x = 'y'}\n",
                "tables.a.wehre: expected another key here, perhaps “where”",
            ),
            (
                "[tables.a]\nfrom = 'people'\ncolumns.x = { dat = '{d}' }\n",
                "tables.a.columns.x: expected a text, a constant, or one of code, date",
            ),
            (
                "[tables.a]\nfrom = 'people'\ncolumns.x = { code = '{k}', in = 'kinds' }\n",
                r"tables.a.columns.x: expected a table \[codes.kinds\]",
            ),
            ("[tables.a]\nfrom = 'people'\ncolumns.x = '{name'\n", "tables.a.columns.x: expected a column in braces"),
            (
                "[tables.a]\nfrom = 'people'\ncolumns.x = '{name[-3:2]}'\n",
                "tables.a.columns.x: expected characters counted from one end",
            ),
            (
                "[tables.a]\nfrom = 'people'\npick = { per = 'id', take = 'middle' }\n",
                "tables.a.pick.take: expected one of first, last, closing",
            ),
            (
                "[tables.a]\nfrom = 'people'\npick = { per = 'id', take = 'closing' }\n",
                "tables.a.pick.order: expected a text",
            ),
            ("[tables.a]\nfrom = 'people'\njoin.people = 3\n", "tables.a.join.people: expected a table of keys"),
            ("[layout]\nseparator = '::'\n", "layout.separator: expected one character"),
            ("[layout]\nencoding = 'klingon'\n", "layout.encoding: expected an encoding"),
            ("[layout]\nheader = false\n", "layout.columns: expected the names of the columns"),
            ("[layout]\ndecimal = ','\nthousands = ','\n", "layout.decimal: expected one character, another one"),
            ("[hours]\nmonday = '09:00-10:00'\n", "hours.monday: expected a day or days"),
            ("[hours]\nmon = '10:00-09:00'\n", "hours.mon: expected hours that go forward"),
            (
                "[[products]]\nkey = 'a'\nname = 'A'\nline = 'lona'\n",
                r"products\[1\].line: expected one of deposit, loan",
            ),
            (
                "[[products]]\nkey = 'a'\nname = 'A'\nline = 'loan'\nfee_minor = '3'\n",
                r"products\[1\].fee_minor: expected a whole number",
            ),
            ("[interaction]\nfrom = 'people'\n", "interaction: expected another key here, perhaps “interactions”"),
            (
                "[[branches]]\nfrom = 'people'\npick = { per = 'id' }\ncolumns = { key = '{id}', name = 'x' }\n",
                r"branches\[2\].pick: expected a table that picks",
            ),
            ("[clients]\ncolumns = { colour = 'red' }\n", r"clients\[1\].columns.colour: expected another key"),
            ("nonsense", "bank.toml is not TOML"),
        ],
    )
    def test_say_where_and_what_was_expected(self, recipe, text, told):
        with pytest.raises(RecipeError, match=told):
            recipe(text)

    @pytest.mark.parametrize(
        ("word", "value", "told"),
        [
            ("country", "Ecuador", "two capital letters"),
            ("currency", "$", "three capital"),
            ("zone", "Quito", "a time zone"),
        ],
    )
    def test_a_bank_is_somewhere(self, recipe, word, value, told):
        base = "\n".join(f'{word} = "{value}"' if line.startswith(f"{word} =") else line for line in BASE.splitlines())
        with pytest.raises(RecipeError, match=f"bank.{word}: expected {told}"):
            recipe("", base + "\n")

    def test_a_recipe_that_is_not_there(self, tmp_path):
        with pytest.raises(RecipeError, match="cannot be read"):
            read_recipe(tmp_path / "none.toml")


def test_templates():
    fail = ValueError
    assert parse_template("plain", fail) == Constant("plain")
    assert parse_template("{a} {b.c}", fail) == Text((Slot("a"), " ", Slot("b.c")))
    assert parse_template("19{n[0:2]}-{n[-2:]}{n[:4]}", fail) == Text(
        ("19", Slot("n", 0, 2), "-", Slot("n", -2), Slot("n", None, 4))
    )
