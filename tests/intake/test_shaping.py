"""Shaping: what cells mean, joins, picks, and every reason for which a row is refused; small files through small recipes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.clients.models import Client, ExternalKey
from cartera.intake.frames import Entity
from cartera.intake.picking import picked
from cartera.intake.queries import Database
from cartera.intake.reading import read_files
from cartera.intake.recipe_file import RecipeError, read_recipe
from cartera.intake.recipes import Layout, Pick, Slot, Take, Text
from cartera.intake.shaping import Shaped, shape
from cartera.intake.values import Context, Evaluation
from cartera.kernel.actor import Actor
from cartera.kernel.recording import recording
from cartera.team.models import Branch, Role, SignIn, Staff

BANK = """
[bank]
system = "core"
name = "Banco"
country = "EC"
currency = "USD"
zone = "America/Guayaquil"
[[products]]
key = "savings"
name = "Savings"
line = "deposit"
"""
ROOT = '[[branches]]\ncolumns = { key = "root", name = "Root" }\n'
ANA = '[[staff]]\ncolumns = { key = "s1", name = "Ana", role = "adviser", branch = "root" }\n'
CLIENT = """
[[clients]]
from = "clients"
columns = { key = "{id}", kind = "person", name = "{name}", branch = "root", since = "{since}" }
"""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def shaped(write):
    """Shape files by a recipe: `shaped(recipe, {"clients": "id;name..."})`."""

    def run(recipe: str, **files: str) -> Shaped:
        listed = "".join(f'{name} = {{ pattern = "{name}.csv" }}\n' for name in files)
        folder: Path = write(
            {f"{name}.csv": text for name, text in files.items()} | {"bank.toml": f"{BANK}{recipe}\n[files]\n{listed}"}
        )
        read = read_recipe(folder / "bank.toml")
        return shape(
            read, {name: read_files(folder, spec, read.columns_used()) for name, spec in read.files.items()}, Database()
        )

    return run


def why(made: Shaped, entity: Entity) -> list[tuple[int, str, str, str]]:
    return made.refused[entity].select("line", "column", "value", "reason").rows()


CLIENTS = "id;name;since\nc1;Rosa;2020-01-01\nc2;Inés;2020-01-01\n"


@pytest.mark.row("Y9")
class TestRefusals:
    def test_every_row_is_loaded_or_refused(self, shaped):
        made = shaped(ROOT + CLIENT, clients=CLIENTS + "c3;;2020-01-01\nc4;X;soon\nc5;Y\n")
        assert made.frames[Entity.CLIENTS]["key"].to_list() == ["c1", "c2"]
        assert why(made, Entity.CLIENTS) == [
            (4, "name", "", "It is empty."),
            (5, "since", "soon", "It is not a date written as YYYY-MM-DD."),
            (6, "", "c5;Y", "It has 2 columns and 3 were expected."),
        ]

    def test_the_second_of_a_key_is_refused(self, shaped):
        made = shaped(ROOT + CLIENT, clients=CLIENTS + "c1;Other;2020-01-01\n")
        assert why(made, Entity.CLIENTS) == [(4, "id", "c1", "The same key stands on line 2 of clients.csv.")]

    def test_a_reference_to_nothing(self, shaped):
        recipe = (
            ROOT
            + CLIENT
            + '[[holdings]]\nfrom = "accounts"\ncolumns = { key = "{n}", client = "{who}", product = "{what}", opened_on = "2020-01-01" }\n'
        )
        accounts = "n;who;what\na1;c1;savings\na2;nobody;savings\na3;c2;gold\na4;;savings\n"
        made = shaped(recipe, clients=CLIENTS, accounts=accounts)
        assert made.frames[Entity.HOLDINGS]["key"].to_list() == ["a1"]
        assert why(made, Entity.HOLDINGS) == [
            (3, "who", "nobody", "There is no such row among the clients."),
            (4, "what", "gold", "There is no product with this key."),
            (5, "who", "", "It is empty."),
        ]

    def test_children_of_the_refused_are_refused_down_to_the_grandchildren(self, shaped):
        recipe = (
            ROOT
            + CLIENT
            + (
                '[[holdings]]\nfrom = "accounts"\ncolumns = { key = "{n}", client = "{who}", product = "savings", opened_on = "2020-01-01" }\n'
                '[[balances]]\nfrom = "accounts"\ncolumns = { holding = "{n}", on = "2026-01-31", balance_minor = "1" }\n'
            )
        )
        made = shaped(recipe, clients="id;name;since\nc1;;2020-01-01\n", accounts="n;who\na1;c1\n")
        assert why(made, Entity.HOLDINGS) == [
            (2, "who", "c1", "It belongs to a row that was refused: line 2 of clients.csv.")
        ]
        assert why(made, Entity.BALANCES) == [
            (2, "n", "a1", "It belongs to a row that was refused: line 2 of accounts.csv.")
        ]

    @pytest.mark.parametrize(
        ("columns", "row", "column", "reason"),
        [
            ('until = "{x}"', "2019-01-01", "x", "It is before the client came."),
            ('birth_date = "{x}"', "2021-01-01", "x", "It is after the person became a client."),
            ('birth_date = "{x}"', "0001-01-01", "x", "No date of a bank lies there."),
            ('sex = "{x}"', "female", "x", "It must be one of: f, m."),
            ('country = "{x}"', "Ecuador", "x", "A country is two capital letters."),
            ('identifier = "{x}"', "1" * 33, "x", "It is longer than 32 characters."),
            ('channels = "{x}"', "64", "x", "It must be between 0 and 63."),
            ('days = "{x}"', "0", "x", "It must be between 1 and 127."),
            ('contacts_a_year = "{x}"', "-1", "x", "It is out of range."),
            ('from_minute = "{x}", to_minute = "60"', "60", "", "The hours go backwards."),
            ('adviser = "{x}"', "s9", "x", "There is no such row among the staff."),
        ],
    )
    def test_what_a_client_cannot_be(self, shaped, columns, row, column, reason):
        recipe = ROOT + ANA + CLIENT.replace(" }", f", {columns} }}")
        made = shaped(recipe, clients=f"id;name;since;x\nc1;Rosa;2020-01-01;{row}\nc2;Inés;2020-01-01;\n")
        assert made.frames[Entity.CLIENTS].height == 1
        [(line, told_column, _value, told)] = why(made, Entity.CLIENTS)
        assert (line, told) == (2, reason)
        assert told_column == (column or "to_minute")

    @pytest.mark.parametrize(
        ("columns", "row", "reason"),
        [
            ('matures_on = "{x}"', "2019-01-01", "It matures before it is opened."),
            ('closed_on = "{x}"', "2019-01-01", "It is closed before it is opened."),
            ('limit_minor = "{x}"', "-5", "It must not be negative."),
            ('balance_minor = "{x}"', "1,000", "It is not a number."),
            ('balance_minor = "{x}"', "1.005", "It has more decimals than it can have."),
            ('balance_minor = "{x}"', "9" * 30, "It is too large."),
            ('currency = "{x}"', "dollar", "A currency is three capital letters."),
        ],
    )
    def test_what_a_holding_cannot_be(self, shaped, columns, row, reason):
        recipe = (
            ROOT
            + CLIENT
            + (
                '[[holdings]]\nfrom = "accounts"\ncolumns = { key = "{n}", client = "c1", product = "savings", opened_on = "2020-01-01", '
                f"{columns} }}\n"
            )
        )
        made = shaped(recipe, clients=CLIENTS, accounts=f"n;x\na1;{row}\na2;\n")
        assert made.frames[Entity.HOLDINGS]["key"].to_list() == ["a2"]
        assert [(line, column, told) for line, column, _, told in why(made, Entity.HOLDINGS)] == [(2, "x", reason)]

    def test_relationships(self, shaped):
        recipe = (
            ROOT
            + CLIENT
            + '[[relationships]]\nfrom = "links"\ncolumns = { client = "{a}", other = "{b}", kind = "{kind}" }\n'
        )
        made = shaped(
            recipe, clients=CLIENTS, links="a;b;kind\nc1;c2;spouse\nc1;c1;spouse\nc1;c2;spouse\nc2;c1;friend\n"
        )
        assert made.frames[Entity.RELATIONSHIPS].height == 1
        assert [reason.partition(":")[0] for *_, reason in why(made, Entity.RELATIONSHIPS)] == [
            "A client is not related to itself.",
            "The same key stands on line 2 of links.csv.",
            "It must be one of",
        ]

    def test_branches_without_a_parent_or_in_a_circle_take_those_below_along(self, shaped):
        recipe = '[[branches]]\nfrom = "offices"\ncolumns = { key = "{id}", name = "{id}", parent = "{up}" }\n'
        made = shaped(recipe, offices="id;up\nc;b\nb;a\na;\nx;y\ny;x\nlost;nowhere\nlower;lost\n")
        assert made.frames[Entity.BRANCHES]["key"].to_list() == ["c", "b", "a"]
        assert [(line, reason) for line, *_, reason in why(made, Entity.BRANCHES)] == [
            (5, "It lies under itself."),
            (6, "It lies under itself."),
            (7, "A branch above it is not there."),
            (8, "A branch above it is not there."),
        ]

    def test_identifiers_and_user_names_are_somebodys(self, shaped):
        branch, writer = None, Actor.system("test")
        with recording("test", writer, ""):
            branch = Branch.add(key="root", name="Root")
            branch.change(path=f"/{branch.pk}/")
            taken = Client.add(
                key="old",
                kind="person",
                name="Old",
                search="old",
                branch=branch,
                since=date(2020, 1, 1),
                identifier_kind="cedula",
                identifier="1",
            )
            ExternalKey.add(client=taken, system="cards", key="old")
            sign_in = SignIn.objects.create(username="ana")
            Staff.add(key="s9", name="Ana", role=Role.ADVISER, branch=branch, sign_in=sign_in)
        recipe = (
            '[[staff]]\nfrom = "people"\ncolumns = { key = "{id}", name = "{id}", role = "adviser", branch = "root", username = "{user}" }\n'
            '[[clients]]\nfrom = "clients"\ncolumns = { key = "{id}", kind = "person", name = "{id}", branch = "root", since = "2020-01-01", identifier_kind = "cedula", identifier = "{n}" }\n'
        )
        made = shaped(
            recipe,
            people="id;user\ns1;Ana\ns2;luis\ns3;luis\ns4;\ns5;\n",
            clients="id;n\nc1;1\nc2;2\nc3;2\nc4;\nc5;\nold;7\n",
        )
        assert made.frames[Entity.STAFF]["key"].to_list() == ["s2", "s4", "s5"]
        assert made.frames[Entity.CLIENTS]["key"].to_list() == ["c2", "c4", "c5"]
        assert [reason for *_, reason in why(made, Entity.STAFF)] == [
            "Somebody else has this user name.",
            "The person on line 3 of people.csv has the same user name.",
        ]
        assert [reason for *_, reason in why(made, Entity.CLIENTS)] == [
            "Another client has this identifier.",
            "The client on line 3 of clients.csv has the same identifier.",
            "A client of another system has this key.",
        ]

    def test_references_may_be_to_what_is_in_the_database(self, shaped):
        with recording("test", Actor.system("test"), ""):
            Branch.add(key="root", name="Root")
        made = shaped(CLIENT, clients=CLIENTS)
        assert made.frames[Entity.CLIENTS].height == 2

    def test_a_join_without_its_row_or_with_two(self, shaped):
        recipe = (
            ROOT
            + """
[[clients]]
from = "clients"
join.births = "id"
join.notes = { on = "id", optional = true }
columns = { key = "{id}", kind = "person", name = "{name}", branch = "root", since = "{since}", birth_date = "{births.day}", sector = "{notes.text}" }
"""
        )
        births = "id;day\nc1;1960-01-01\nc3;1970-01-01\nc3;1971-01-01\n"
        made = shaped(recipe, clients=CLIENTS + "c3;Luis;2020-01-01\n", births=births, notes="id;text\nc9;x\n")
        assert made.frames[Entity.CLIENTS].select("key", "birth_date", "sector").rows() == [
            ("c1", date(1960, 1, 1), None)
        ]
        assert why(made, Entity.CLIENTS) == [
            (3, "id", "c2", "No row of “births” has it."),
            (4, "id", "c3", "Several rows of “births” have it."),
        ]

    def test_a_line_that_feeds_two_entities_is_refused_once(self, shaped):
        recipe = (
            '[tables.office]\nfrom = "clients"\npick = { per = "office" }\n'
            + ROOT
            + (
                '[[branches]]\nfrom = "office"\ncolumns = { key = "{office}", name = "{office}", parent = "root" }\n'
                '[[clients]]\nfrom = "clients"\ncolumns = { key = "{id}", kind = "person", name = "{name}", branch = "{office}", since = "2020-01-01" }\n'
            )
        )
        made = shaped(recipe, clients="id;name;office\nc1;Rosa;o1\nc2;Inés\n")
        assert why(made, Entity.BRANCHES) == []
        assert len(why(made, Entity.CLIENTS)) == 1

    def test_a_column_that_is_not_there_is_the_recipes_fault(self, shaped):
        with pytest.raises(RecipeError, match=r"clients\[1\]: there is no column “name” there"):
            shaped(ROOT + CLIENT, clients="id;nombre;since\nc1;Rosa;2020-01-01\n")

    def test_an_interaction_has_an_hour_in_the_banks_zone(self, shaped):
        recipe = (
            ROOT
            + CLIENT
            + (
                '[[interactions]]\nfrom = "calls"\ncolumns = { key = "{id}", client = "c1", channel = "phone", minutes = "{min}", '
                'happened_at = { instant = "{day} {hour}", written = "%d/%m/%Y %H:%M" }, counts_as_touchpoint = "{counts}" }\n'
            )
        )
        calls = "id;day;hour;min;counts\ni1;05/01/2026;10:00;12;sí\ni2;05/01/2026;25:00;12;no\ni3;05/01/2026;10:00;2000;no\ni4;05/01/2026;10:00;5;perhaps\n"
        made = shaped(recipe, clients=CLIENTS, calls=calls)
        [row] = made.frames[Entity.INTERACTIONS].rows(named=True)
        assert (row["happened_at"], row["counts_as_touchpoint"]) == (datetime(2026, 1, 5, 15, tzinfo=UTC), True)
        assert [reason for *_, reason in why(made, Entity.INTERACTIONS)] == [
            "It is not an hour written as DD/MM/YYYY hh:mm.",
            "It must be between 0 and 1440.",
            "It is neither yes nor no.",
        ]


PLAIN = Layout()


def evaluation(layout: Layout = PLAIN, **columns: list[object]) -> Evaluation:
    return Evaluation(pl.DataFrame(columns), Context(layout, "Europe/Madrid", "USD"))


def numbers(texts: list[str | None], decimals: int, layout: Layout) -> tuple[list[int | None], int]:
    asked = evaluation(layout, a=texts)
    return asked.as_decimal(pl.Series(texts, dtype=pl.String), "a", decimals).to_list(), len(asked.failures)


SPANISH = Layout(decimal=",", thousands=".")


class TestCells:
    @pytest.mark.parametrize(
        ("text", "minor"),
        [
            ("1.240,50", 124050),
            ("1240,5", 124050),
            ("-3", -300),
            ("3-", -300),
            ("+1 000,00", 100000),
            ("0,10", 10),
            ("12.345.678,9", 1234567890),
        ],
    )
    def test_amounts_as_they_are_written_in_spanish(self, text, minor):
        assert numbers([text], 2, SPANISH) == ([minor], 0)

    @pytest.mark.parametrize("text", ["1.5", "1,2,3", "12,345.6", "abc", "1.24,50", "--1", "1e3", "1,005"])
    def test_amounts_that_could_be_misread_are_refused(self, text):
        assert numbers([text], 2, SPANISH)[1] == 1

    def test_each_row_has_the_decimals_of_its_currency(self):
        asked = evaluation(a=["1.50", "1.50", "1.005", None])
        currency = pl.Series(["USD", "CLP", "KWD", "USD"])
        assert asked.as_money(asked.frame["a"], "a", currency).to_list() == [150, None, 1005, None]
        assert [failure.rows.to_list() for failure in asked.failures] == [[False, True, False, False]]

    @given(number=st.decimals(-(10**12), 10**12, places=2))
    @settings(max_examples=50, deadline=None)
    def test_an_amount_is_exact(self, number):
        assert numbers([f"{number:f}"], 2, Layout()) == ([int(number * 100)], 0)

    @given(text=st.text("abcñ ", max_size=6), start=st.none() | st.integers(0, 5), stop=st.none() | st.integers(-4, 5))
    @settings(max_examples=50, deadline=None)
    def test_a_slice_is_pythons(self, text, start, stop):
        said = evaluation(a=[text]).column(Text((Slot("a", start, stop), ""))).to_list()
        assert (said[0] or "") == text[start:stop].strip()

    def test_the_clocks_skip_an_hour(self):
        asked = evaluation(a=["2026-03-29 02:30", "2026-10-25 02:30"])
        found = asked.as_instant(asked.frame["a"], "a", ("%Y-%m-%d %H:%M",)).to_list()
        assert found == [None, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
        assert [failure.reason for failure in asked.failures] == ["The clocks skipped this hour."]


class TestPicking:
    FRAME = pl.DataFrame({"k": ["a", "b", "a", "a"], "o": [3, 1, 1, 2], "n": [1, 2, 3, 4]})

    @pytest.mark.parametrize(
        ("pick", "rows"),
        [
            (Pick(("k",)), [1, 2]),
            (Pick(("k",), Take.LAST), [2, 4]),
            (Pick(("k",), Take.FIRST, "o"), [2, 3]),
            (Pick(("k",), Take.LAST, "o"), [1, 2]),
        ],
    )
    def test_first_and_last(self, pick, rows):
        assert picked(self.FRAME, pick)["n"].to_list() == rows

    @given(
        moves=st.lists(st.tuples(st.integers(1, 12), st.integers(-5000, 5000).filter(bool)), min_size=1, max_size=25),
        opening=st.integers(0, 10_000),
        seed=st.randoms(use_true_random=False),
    )
    @settings(max_examples=60, deadline=None)
    def test_the_close_is_found_whatever_the_order_within_a_day(self, moves, opening, seed):
        """Each month is two days here; the first day has one movement, so that the opening balance is certain."""
        held, rows = opening, []
        for day, amount in [(0, 100), *sorted(moves, key=lambda move: move[0])]:
            held += amount
            rows.append((day, (day + 1) // 2, amount, held))
        closes = {month: balance for _day, month, _amount, balance in rows}
        seed.shuffle(rows)
        frame = pl.DataFrame(rows, schema=["day", "month", "amount", "held"], orient="row").with_columns(
            account=pl.lit("x")
        )
        pick = Pick(("account", "month"), Take.CLOSING, "day", "account", "held", "amount")
        found = dict(picked(frame, pick).select("month", "held").rows())
        assert found == closes
