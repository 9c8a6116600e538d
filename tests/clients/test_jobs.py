"""The search through all clients of the bank, and what it leaves to be decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from benchmarks.noisy_people import spanish

from cartera.clients.actions.merging import dismiss_pair, merge_clients
from cartera.clients.jobs import current_clients, search_all
from cartera.clients.models import Client, ContactKind, ContactPoint, DuplicatePair, DuplicateSearch
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from cartera.team.models import Staff
from tests.conftest import NOW, Bank, given

RECORDS = spanish(5, 60, 12)


def born(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@pytest.fixture
def book(bank: Bank, ana_staff: Staff) -> list[Client]:
    """Seventy-two clients, some of them twice or more."""
    clients = []
    for row in RECORDS.rows:
        names = {part: row[part] for part in ("given_name", "surname", "second_surname")}
        client = given(
            Client, key=row["key"], kind="person", name=" ".join(names.values()) or "?", **names, search="x",
            branch=bank.centro, adviser=ana_staff, since=NOW.date(), birth_date=born(row["birth_date"]),
        )  # fmt: skip
        if row["phone"]:
            given(ContactPoint, client=client, kind=ContactKind.PHONE, value=row["phone"], search=row["phone"])
        clients.append(client)
    return clients


@pytest.mark.row("V15")
class TestTheSearch:
    def test_leaves_the_pairs_with_their_probability_and_its_own_estimate(self, book: list[Client], mara: Actor):
        searched = search_all()
        pairs = DuplicatePair.objects.select_related("client", "other")
        found = {tuple(sorted((pair.client.key, pair.other.key))) for pair in pairs}
        assert len(found & RECORDS.truth) / len(RECORDS.truth) >= 0.7
        assert len(found & RECORDS.truth) / len(found) >= 0.9
        last = DuplicateSearch.objects.get()
        assert (last.clients, last.pairs) == (len(book), len(found))
        assert last.precision == pytest.approx(searched.found.precision, abs=1e-6)
        assert Happening.objects.filter(name="duplicate.record").count() == 1

    def test_again_changes_nothing_and_asks_nothing_that_was_decided(self, book: list[Client], mara: Actor, at: Any):
        search_all()
        before = set(DuplicatePair.objects.values_list("pk", flat=True))
        decided = DuplicatePair.objects.first()
        assert decided is not None
        dismiss_pair(actor=mara, duplicate_pair=decided)
        at(NOW + timedelta(days=1))
        search_all()
        assert set(DuplicatePair.objects.values_list("pk", flat=True)) == before
        assert DuplicatePair.objects.get(pk=decided.pk).state == DuplicatePair.State.DISTINCT

    def test_what_a_merge_settled_waits_no_longer(self, book: list[Client], ada: Actor, at: Any):
        search_all()
        pair = DuplicatePair.objects.first()
        assert pair is not None
        merge_clients(actor=ada, client=pair.client, other=pair.other)
        at(NOW + timedelta(days=1))
        search_all()
        assert not DuplicatePair.objects.filter(pk=pair.pk).exists()

    def test_reads_current_clients_alone(self, book: list[Client]):
        Client.objects.filter(pk=book[0].pk).update(until=NOW.date())
        assert current_clients().height == len(book) - 1

    def test_of_an_empty_bank_finds_nothing(self, bank: Bank):
        assert search_all().found.pairs.height == 0
