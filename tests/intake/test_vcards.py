"""An address book's cards become clients of whoever imports them, or are refused one by one."""

from __future__ import annotations

from datetime import date

import pytest

from cartera.clients.models import Client, ContactPoint, Kind
from cartera.intake.frames import Entity, Newcomers
from cartera.intake.importing import built_in_recipe, import_folder
from cartera.intake.proposing import propose
from cartera.intake.recipe_file import RecipeError
from tests.intake.conftest import IMPORT

pytestmark = [pytest.mark.row("Y9"), pytest.mark.django_db, pytest.mark.usefixtures("lake_home", "in_english")]

ROSA = """BEGIN:VCARD
VERSION:3.0
FN:Rosa Elena Muñoz Peña
N:Muñoz Peña;Rosa Elena;;;
TEL;TYPE=HOME:02 223 3445
TEL;TYPE=CELL:+593 99 123 4567
EMAIL:rosa@example.com
BDAY:19680402
ADR;TYPE=HOME:;;Calle Larga 1;Cuenca;Azuay;;Ecuador
UID:u-1
END:VCARD
"""
JOSE = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Pe=C3=B1a;Jos=C3=A9;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9 Pe=C3=B1a
TEL;CELL:0991234567
END:VCARD
"""
COMPANY = "BEGIN:VCARD\nVERSION:4.0\nORG:Corporación Favorita C.A.\nFN:Corporación Favorita C.A.\nTEL;VALUE=uri;PREF=1:tel:+593-2-2345678\nEND:VCARD\n"
NAMELESS = "BEGIN:VCARD\nVERSION:3.0\nTEL:123\nEND:VCARD\n"


@pytest.fixture
def cards_of(write, ana):
    def load(text: str, person=ana):
        folder = write({"contactos.vcf": text})
        staff = person.staff
        new = Newcomers(branch_id=staff.branch_id, adviser_id=staff.pk)
        return import_folder(actor=IMPORT, recipe_path=built_in_recipe(folder), folder=folder, newcomers=new)

    return load


class TestCards:
    def test_become_clients_of_the_person_with_how_to_reach_them(self, cards_of, ana):
        done = cards_of(ROSA + JOSE + COMPANY)
        assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (3, 0)
        rosa = Client.objects.get(key="u-1")
        assert (rosa.adviser, rosa.branch) == (ana.staff, ana.staff.branch)
        assert (rosa.name, rosa.surname, rosa.second_surname) == ("Rosa Elena Muñoz Peña", "Muñoz", "Peña")
        assert rosa.birth_date == date(1968, 4, 2)
        reached = dict(ContactPoint.objects.filter(client=rosa).values_list("kind", "value"))
        assert reached == {
            "phone": "+593 99 123 4567",
            "email": "rosa@example.com",
            "address": "Calle Larga 1, Cuenca, Azuay, Ecuador",
        }
        assert Client.objects.get(name="José Peña").given_name == "José"
        assert Client.objects.get(name__startswith="Corporación").kind == Kind.COMPANY

    def test_are_refused_one_by_one_with_the_line_where_they_begin(self, cards_of):
        done = cards_of(NAMELESS + "BEGIN:VCARD\ngarbage\n" + ROSA)
        assert done.refused.select("line", "reason").rows()[0] == (1, "It is empty.")
        [(line, reason)] = done.refused.select("line", "reason").rows()[1:]
        assert line == 5
        assert "It is no vCard" in reason
        assert Client.objects.filter(key="u-1").exists()

    def test_again_change_nothing(self, cards_of):
        cards_of(ROSA)
        assert cards_of(ROSA).counts[Entity.CLIENTS].unchanged == 1

    def test_of_somebody_else_do_not_take_a_client_over(self, cards_of, ana, beto):
        cards_of(ROSA)
        done = cards_of(ROSA.replace("Rosa Elena", "Otra"), beto)
        assert done.refused["reason"].to_list() == ["A client of another system has this key."]
        assert Client.objects.get(key="u-1").adviser == ana.staff


def test_cards_have_a_proposal_too(write, tmp_path, ana):
    folder = write({"agenda.vcf": ROSA + JOSE + COMPANY})
    recipe = tmp_path / "proposed.toml"
    recipe.write_text(propose([folder / "agenda.vcf"]).recipe_toml(), encoding="utf-8")
    done = import_folder(actor=IMPORT, recipe_path=recipe, folder=folder)
    assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (3, 0)
    assert Client.objects.get(key="u-1").second_surname == "Peña"
    assert Client.objects.get(key="0991234567").name == "José Peña"


def test_cards_of_which_only_the_name_in_parts_is_taken_are_known_by_it(write, tmp_path, ana):
    folder = write({"agenda.vcf": "BEGIN:VCARD\nVERSION:3.0\nN:Muñoz;Rosa;;;\nEND:VCARD\n"})
    recipe = tmp_path / "proposed.toml"
    proposal = propose([folder / "agenda.vcf"]).with_file("agenda.vcf", entity=Entity.CLIENTS)
    recipe.write_text(proposal.with_column("agenda.vcf", "FN", None).recipe_toml(), encoding="utf-8")
    import_folder(actor=IMPORT, recipe_path=recipe, folder=folder)
    assert Client.objects.get(key="Rosa Muñoz").surname == "Muñoz"


def test_other_files_need_a_recipe(write):
    with pytest.raises(RecipeError, match=r"clientes\.csv"):
        built_in_recipe(write({"clientes.csv": "CEDULA;NOMBRE\n"}))
