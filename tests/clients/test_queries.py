"""Finding clients, and the pages of a book. The same on both databases."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.clients import queries
from cartera.clients.actions.registration import correct_client, register_client
from cartera.clients.models import Client, Kind
from cartera.clients.queries import BY_ASSETS, BY_CONTACT, BY_DUE, BY_SURNAME, Filters
from cartera.clients.rules import search_terms, search_text
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from tests.conftest import SET_UP, Bank

NAMES = (
    "Muñoz Peña Rosa",
    "Cordero Malo Ana",
    "Zúñiga Mora Luis",
    "Ñauta Ríos Eva",
    "Mora Mora Inés",
    "O'Brien Vega Hugo",
    "Li Qu",
)


def people(bank: Bank, adviser: int | None, names: tuple[str, ...] = NAMES, assets: int = 0) -> pl.DataFrame:
    """Rows for a bulk load, the way that imports come."""
    return pl.DataFrame(
        [
            {
                "key": f"P-{number}",
                "kind": "person",
                "name": name,
                "search": search_text(name=name, identifier=f"01{number:08d}"),
                "identifier_kind": "cedula",
                "identifier": f"01{number:08d}",
                "branch_id": bank.centro.pk,
                "adviser_id": adviser,
                "since": date(2020, 1, 1),
                "assets_minor": assets,
                "tier_reason": "{}",
            }
            for number, name in enumerate(names)
        ],
        schema_overrides={"adviser_id": pl.Int64},
    )


@pytest.fixture
def book(bank: Bank, ana: Actor) -> None:
    merge(Client, people(bank, ana.id), key=("key",))


def found(actor: Actor, text: str) -> list[str]:
    return sorted(queries.search(actor=actor, text=text).values_list("name", flat=True))


@pytest.mark.row("Y14")
@pytest.mark.usefixtures("book")
class TestSearch:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("munoz", ["Muñoz Peña Rosa"]),
            ("ÑOZ", ["Muñoz Peña Rosa"]),
            ("mora", ["Mora Mora Inés", "Zúñiga Mora Luis"]),
            ("mora lui", ["Zúñiga Mora Luis"]),
            ("li", ["Li Qu"]),
            ("qu", ["Li Qu"]),
            ("z", ["Zúñiga Mora Luis"]),
            ("m ro", ["Muñoz Peña Rosa"]),
            ("obrien", []),
            ("brien", ["O'Brien Vega Hugo"]),
            ("0100000004", ["Mora Mora Inés"]),
            ("010-000-0004", ["Mora Mora Inés"]),
            ("0000005", ["O'Brien Vega Hugo"]),
            ("xyz", []),
            ("%", []),
            ("mu_oz", []),
            ('"', []),
            ("", []),
        ],
    )
    def test_finds_by_part_of_a_name_or_number_without_accents(self, ana: Actor, text: str, names: list[str]):
        assert found(ana, text) == names

    def test_finds_nobody_of_another_book(self, beto: Actor):
        assert found(beto, "mora") == []

    def test_follows_what_is_loaded_again(self, ana: Actor, bank: Bank):
        renamed = tuple(name.replace("Mora", "Salazar") for name in NAMES)
        assert merge(Client, people(bank, ana.id, renamed), key=("key",)).updated == 2
        assert found(ana, "mora") == []
        assert len(found(ana, "salazar")) == 2

    def test_follows_corrections_and_deletions(self, ana: Actor):
        client = Client.objects.get(key="P-0")
        correct_client(actor=ana, client=client, name="Ochoa Peña Rosa")
        assert (found(ana, "munoz"), found(ana, "ochoa")) == ([], ["Ochoa Peña Rosa"])
        Client.objects.filter(pk=client.pk).delete()
        assert found(ana, "ochoa") == []

    def test_of_many_and_of_few_finds_the_same(self, ana: Actor, monkeypatch: pytest.MonkeyPatch):
        few = {text: found(ana, text) for text in ("mora", "0100000", "pe ro", "rosa pena")}
        monkeypatch.setattr(queries, "FEW", 0)
        assert {text: found(ana, text) for text in few} == few

    def test_takes_two_queries(self, ana: Actor, django_assert_num_queries):
        with django_assert_num_queries(2):
            page_of(queries.search(actor=ana, text="mora"), order=BY_ASSETS)


@pytest.mark.row("Y14")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("morapeñzuila 01-"), max_size=9))
def test_finds_exactly_those_in_whom_every_term_stands(text: str, bank: Bank, ana: Actor):
    merge(Client, people(bank, ana.id), key=("key",))
    terms = search_terms(text)

    def stands(term: str, within: str) -> bool:
        return f" {term}" in f" {within}" if len(term) < 3 else term in within

    everybody = Client.objects.values_list("name", "search")
    meant = sorted(name for name, within in everybody if terms and all(stands(term, within) for term in terms))
    assert found(ana, text) == meant


@pytest.mark.usefixtures("book")
class TestBook:
    def test_is_narrowed_by_what_is_asked(self, ana: Actor, bank: Bank):
        Client.objects.filter(key="P-1").update(tier="A")
        Client.objects.filter(key="P-2").update(tier="B", until=date(2026, 1, 1))
        names = lambda **wanted: set(  # noqa: E731
            queries.book(actor=ana, filters=Filters(**wanted)).values_list("key", flat=True)
        )
        assert names(tiers=("A", "B")) == {"P-1"}
        assert names(tiers=("A", "B"), with_former=True) == {"P-1", "P-2"}
        assert names(kind="company") == set()
        assert names(text="mora", tiers=("A",)) == set()
        assert names(branch_id=bank.costa.pk) == set()

    def test_counts_no_further_than_is_worth_knowing(self, ana: Actor):
        assert queries.counted(queries.book(actor=ana)) == len(NAMES)
        assert queries.counted(queries.book(actor=ana), most=3) == 3

    @pytest.mark.parametrize("order", [BY_ASSETS, BY_SURNAME])
    def test_pages_go_through_ties_once_and_back(self, ana: Actor, order: tuple[str, ...]):
        rows = queries.book(actor=ana)
        whole = list(rows.order_by(*order))
        first = page_of(rows, order=order, limit=3)
        second = page_of(rows, order=order, limit=3, cursor=first.next_cursor)
        third = page_of(rows, order=order, limit=3, cursor=second.next_cursor)
        assert [*first.items, *second.items, *third.items] == whole
        assert third.next_cursor is None
        assert list(page_of(rows, order=order, limit=3, cursor=second.previous_cursor).items) == list(first.items)

    def test_a_page_is_not_shifted_by_who_comes_meanwhile(self, ana: Actor, bank: Bank):
        rows = queries.book(actor=ana)
        first = page_of(rows, order=BY_ASSETS, limit=3)
        register_client(actor=SET_UP, kind=Kind.PERSON, name="Abad Abad Abel", branch=bank.centro)
        second = page_of(rows, order=BY_ASSETS, limit=10, cursor=first.next_cursor)
        assert len({*first.items, *second.items}) == len(NAMES)

    @pytest.mark.parametrize("cursor", ["x", "e30", "W2ZhbHNlLCAieCIsICJ5Il0"])
    def test_a_cursor_that_is_none_is_refused(self, ana: Actor, cursor: str):
        with pytest.raises(Invalid):
            page_of(queries.book(actor=ana), order=BY_ASSETS, cursor=cursor)


@pytest.mark.row("Y9")
@pytest.mark.parametrize(("order", "index"), [(BY_CONTACT, "client_book_by_contact"), (BY_DUE, "client_book_by_due")])
def test_a_book_is_sorted_by_its_index(ana: Actor, rosa: Client, order: tuple[str, ...], index: str):
    rows = queries.ordered(queries.book(actor=ana), order).order_by(*order)[:51]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = rows.explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
