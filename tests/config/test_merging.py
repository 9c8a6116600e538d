"""One client of two, with all that every room keeps of it; and two of one again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.clients.actions.contact_points import Point, add_contact_point
from cartera.clients.actions.merging import merge_clients, unmerge_clients
from cartera.clients.actions.registration import correct_client, register_client
from cartera.clients.actions.wishes import record_wishes
from cartera.clients.models import (
    AccessGrant,
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    DuplicatePair,
    ExternalKey,
    Holding,
    Household,
    Kind,
    Merge,
    Relationship,
    Wishes,
)
from cartera.clients.queries import Filters, book
from cartera.desk.models import ListedClient
from cartera.documents.models import Document
from cartera.events.models import Event
from cartera.interactions.actions import register
from cartera.interactions.models import Effort, Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound, NotPermitted, TooLate
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.products.models import Product
from cartera.promises.actions import make
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service.actions import agree_wishes, found_models
from cartera.service.models import Agreement
from cartera.team.models import Staff
from cartera.value.models import ClientValue, TierOverride, TierPeriod
from tests.conftest import NOW, SET_UP, TODAY, Bank, given

STAYS = {
    ClientValue: "figures that the night computes of each client",
    TierPeriod: "the tiers that each of the two had",
    DuplicatePair: "what the search found",
    Merge: "the merge itself",
    Client: "the pointer to the survivor",
    AccessGrant: "what somebody was let in for, until it ends",
    ListedClient: "somebody's own list",
}
"""Tables that refer to a client and do not move with it, and why."""


@pytest.fixture
def twin(ana: Actor, rosa: Client) -> Client:
    """Rosa once more, as another system wrote her."""
    return register_client(
        actor=ana,
        kind=Kind.PERSON,
        given_name="Rosa",
        surname="Cordero",
        identifier_kind="passport",
        identifier="A1234567",
        sector="Docente",
        points=(
            Point(ContactKind.PHONE, "0991234567", preferred=True),
            Point(ContactKind.EMAIL, "rosa@correo.example"),
        ),
    )


@pytest.fixture
def attached(ana: Actor, ana_staff: Staff, twin: Client, yunguilla: Client) -> dict[type[Any], int]:
    """A row of every table that a client can have, of the twin; how many of each."""
    found_models(actor=SET_UP)
    agree_wishes(actor=ana, client=twin, said_on=TODAY, words="Por la tarde")
    contact = register(actor=ana, client=twin, channel=Channel.PHONE, happened_at=NOW - timedelta(days=3))
    make(actor=ana, client=twin, what="Enviar la tabla", due_at=NOW + timedelta(days=2), made_in=contact)
    deposit = given(Product, key="dpf", name="Depósito", line="deposit", currency="USD")
    held = given(
        Holding, key="H-9", client=twin, product=deposit, currency="USD", balance_minor=500_00, opened_on=TODAY
    )
    given(Effort, client=twin, staff=ana_staff, work="travel", spent_on=TODAY, minutes=30)
    given(ExternalKey, client=twin, system="core", key="X-77")
    given(Relationship, client=twin, other=yunguilla, kind="owner")
    given(Relationship, client=yunguilla, other=twin, kind="employer")
    given(
        Event, client=twin, holding=held, kind="maturity", cause_key="maturity:H-9", raised_on=TODAY, act_by=TODAY,
        expires_on=TODAY + timedelta(days=9), currency="USD",
    )  # fmt: skip
    given(
        TierOverride, client=twin, tier="A", reason="Referida", by=ana_staff, from_day=TODAY,
        expires_on=TODAY + timedelta(days=90),
    )  # fmt: skip
    plan = given(
        Plan, staff=ana_staff, from_day=TODAY, until_day=TODAY, solved_at=NOW, value_minor=0, bound_minor=0, gap_ppm=0
    )
    given(
        PlanItem, plan=plan, client=twin, day=TODAY, part="morning", place=1, starts_at=NOW, minutes=10, channel="phone",
        value_minor=1,
    )  # fmt: skip
    given(Unplaced, plan=plan, client=twin, minutes=10, cost_minor=1)
    given(
        Document, client=twin, name="cédula.pdf", kind="pdf", size=9, digest="0" * 64, sealed_for=twin.pk, added_at=NOW
    )
    rows = {
        model: model._base_manager.filter(client=twin).count() for model, field in references() if field == "client"
    }
    assert all(rows[model] for model in rows if model not in STAYS), "every table has a row of the twin"
    return rows


def references() -> list[tuple[type[Any], str]]:
    """Every table and field that points to a client."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, ForeignKey) and field.related_model is Client
    ]


@pytest.mark.row("V15")
class TestMerging:
    def test_takes_along_every_table_that_refers_to_a_client(
        self, mara: Actor, rosa: Client, twin: Client, attached: dict[type[Any], int]
    ):
        merge_clients(actor=mara, client=rosa, other=twin)
        left = {
            f"{model._meta.label}.{field}": model._base_manager.filter(**{field: twin}).count()
            for model, field in references()
            if model not in STAYS
        }
        assert not any(left.values()), left
        here = {model: model._base_manager.filter(client=rosa).count() for model in attached if model not in STAYS}
        assert here == {model: count for model, count in attached.items() if model not in STAYS}

    def test_the_absorbed_client_leaves_and_points_to_the_survivor(self, mara: Actor, rosa: Client, twin: Client):
        merge = merge_clients(actor=mara, client=rosa, other=twin, reason="La misma cédula")
        twin.refresh_from_db()
        assert (twin.absorbed_by, twin.until, twin.identifier) == (rosa, TODAY, "")
        happening = Happening.objects.get(name="client.merge")
        assert (happening.subject_id, happening.client_id) == (merge.pk, rosa.pk)

    def test_what_survives_is_proposed_and_chosen_and_recorded(self, mara: Actor, rosa: Client, twin: Client):
        merge = merge_clients(actor=mara, client=rosa, other=twin, survivors={"identifier": "absorbed"})
        rosa.refresh_from_db()
        assert (rosa.identifier_kind, rosa.identifier) == ("passport", "A1234567")
        assert (rosa.name, rosa.sector) == ("Rosa Elvira Cordero Malo", "Docente")
        assert merge.survived["identifier"] == merge.survived["sector"] == "absorbed"
        assert merge.survived["name"] == "survivor"
        assert "docente" not in rosa.search
        assert {"rosa", "a1234567", "593991234567"} <= set(rosa.search.split())

    def test_an_address_that_both_have_is_there_once_and_one_stays_preferred(
        self, ana: Actor, mara: Actor, rosa: Client, twin: Client
    ):
        add_contact_point(actor=ana, client=rosa, kind=ContactKind.PHONE, value="0987654321", preferred=True)
        add_contact_point(actor=ana, client=rosa, kind=ContactKind.EMAIL, value="rosa@correo.example")
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        points = ContactPoint.objects.filter(client=rosa)
        assert sorted(points.values_list("value", flat=True)) == [
            "+593 98 765 4321", "+593 99 123 4567", "rosa@correo.example",
        ]  # fmt: skip
        assert points.get(preferred=True).value == "+593 98 765 4321"
        unmerge_clients(actor=mara, merge=merge)
        assert ContactPoint.objects.filter(client=twin, preferred=True).get().value == "+593 99 123 4567"

    def test_of_two_running_agreements_one_goes_on_and_nothing_is_promised_twice(
        self, ana: Actor, mara: Actor, rosa: Client, twin: Client, attached: dict[type[Any], int]
    ):
        agree_wishes(actor=ana, client=rosa, said_on=TODAY, words="Por la mañana")
        running = Agreement.objects.open().get(client=rosa)
        owed = Promise.objects.open().filter(client=rosa, origin="model").count()
        before = Promise.objects.open().filter(client=twin).count()
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        assert Agreement.objects.open().get(client=rosa) == running
        assert Promise.objects.open().filter(client=rosa, origin="model").count() == owed
        unmerge_clients(actor=mara, merge=merge)
        assert Promise.objects.open().filter(client=twin).count() == before
        assert Agreement.objects.open().filter(client=twin).count() == 1

    def test_wishes_that_are_chosen_replace_the_survivors_and_come_back(
        self, ana: Actor, mara: Actor, rosa: Client, twin: Client
    ):
        record_wishes(actor=ana, client=rosa, said_on=TODAY, words="Nunca correos")
        record_wishes(actor=ana, client=twin, said_on=TODAY - timedelta(days=1), words="Por la tarde")
        merge = merge_clients(actor=mara, client=rosa, other=twin, survivors={"wishes": "absorbed"})
        assert Wishes.objects.get(client=rosa).words == "Por la tarde"
        unmerge_clients(actor=mara, merge=merge)
        assert Wishes.objects.get(client=rosa).words == "Nunca correos"
        assert Wishes.objects.get(client=twin).words == "Por la tarde"

    def test_promises_of_another_book_go_to_the_survivors_adviser(
        self, ada: Actor, beto: Actor, rosa: Client, beto_staff: Staff, ana_staff: Staff
    ):
        other = register_client(actor=beto, kind=Kind.PERSON, given_name="Rosa", surname="Cordero")
        promise = make(actor=beto, client=other, what="Llamar", due_at=NOW + timedelta(days=1))
        merge = merge_clients(actor=ada, client=rosa, other=other)
        promise.refresh_from_db()
        assert (promise.client, promise.staff) == (rosa, ana_staff)
        unmerge_clients(actor=ada, merge=merge)
        promise.refresh_from_db()
        assert (promise.client, promise.staff) == (other, beto_staff)

    def test_lists_show_the_survivor_alone(self, ana: Actor, mara: Actor, rosa: Client, twin: Client):
        merge_clients(actor=mara, client=rosa, other=twin)
        assert list(book(actor=ana, filters=Filters(with_former=True))) == [rosa]

    def test_nothing_is_done_with_a_client_that_was_merged(self, ana: Actor, mara: Actor, rosa: Client, twin: Client):
        merge_clients(actor=mara, client=rosa, other=twin)
        with pytest.raises(NotFound):
            correct_client(actor=ana, client=twin, sector="Salud")


class TestRefusals:
    def test_twice_is_a_conflict_and_changes_nothing(self, mara: Actor, rosa: Client, twin: Client):
        merge_clients(actor=mara, client=rosa, other=twin)
        stale = Client.objects.get(pk=twin.pk)
        with pytest.raises((Conflict, NotFound)):
            merge_clients(actor=mara, client=rosa, other=stale)
        assert Merge.objects.count() == 1

    def test_of_a_client_that_was_changed_since_is_a_conflict(
        self, ana: Actor, mara: Actor, rosa: Client, twin: Client
    ):
        read = twin.version
        correct_client(actor=ana, client=twin, sector="Salud")
        with pytest.raises(Conflict):
            merge_clients(actor=mara, client=rosa, other=twin, version=rosa.version, other_version=read)
        assert not Merge.objects.exists()

    def test_with_itself_or_an_unknown_choice_is_invalid(self, mara: Actor, rosa: Client, twin: Client):
        with pytest.raises(Invalid):
            merge_clients(actor=mara, client=rosa, other=rosa)
        with pytest.raises(Invalid):
            merge_clients(actor=mara, client=rosa, other=twin, survivors={"tier": "absorbed"})

    @pytest.mark.parametrize("who", ["ana", "gina"])
    def test_by_an_adviser_or_an_agent_is_not_permitted(
        self, who: str, rosa: Client, twin: Client, request: pytest.FixtureRequest
    ):
        with pytest.raises(NotPermitted):
            merge_clients(actor=request.getfixturevalue(who), client=rosa, other=twin)

    def test_with_a_client_of_another_branch_is_a_404(self, mara: Actor, rosa: Client, yunguilla: Client):
        with pytest.raises(NotFound):
            merge_clients(actor=mara, client=rosa, other=yunguilla)


@pytest.mark.row("V15", "Y1")
class TestUndoing:
    def test_gives_back_what_was_moved_and_keeps_what_was_added_since(
        self, ana: Actor, mara: Actor, rosa: Client, twin: Client, attached: dict[type[Any], int]
    ):
        correct_client(actor=ana, client=rosa, sex="f")
        before = Client.objects.filter(pk__in=[rosa.pk, twin.pk]).values()
        was = {row["id"]: {**row, "version": 0} for row in before}
        merge = merge_clients(actor=mara, client=rosa, other=twin, survivors={"identifier": "absorbed"})
        since = register(actor=ana, client=Client.objects.get(pk=rosa.pk), channel=Channel.EMAIL)
        unmerge_clients(actor=mara, merge=merge)
        now = {row["id"]: {**row, "version": 0} for row in before.all()}
        assert now[rosa.pk].pop("last_contact_at") == since.happened_at
        was[rosa.pk].pop("last_contact_at")
        assert now == was
        assert {model: model._base_manager.filter(client=twin).count() for model in attached} == attached
        assert list(Interaction.objects.filter(client=rosa)) == [since]

    def test_leaves_what_somebody_corrected_since(self, ana: Actor, mara: Actor, rosa: Client, twin: Client):
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        correct_client(actor=ana, client=Client.objects.get(pk=rosa.pk), sector="Salud")
        unmerge_clients(actor=mara, merge=merge)
        rosa.refresh_from_db()
        assert rosa.sector == "Salud"

    def test_by_the_toast_right_after(self, mara: Actor, rosa: Client, twin: Client):
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        undo(actor=mara, happening_id=merge.happening.pk)  # type: ignore[attr-defined]
        twin.refresh_from_db()
        assert (twin.absorbed_by, twin.until, twin.identifier) == (None, None, "A1234567")
        assert Happening.objects.get(name="client.unmerge").undoes_id == merge.happening.pk  # type: ignore[attr-defined]

    def test_twice_is_refused(self, mara: Actor, rosa: Client, twin: Client):
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        unmerge_clients(actor=mara, merge=merge)
        with pytest.raises(InvalidTransition):
            unmerge_clients(actor=mara, merge=merge)

    def test_after_thirty_days_is_too_late(self, mara: Actor, rosa: Client, twin: Client, at: Any):
        merge = merge_clients(actor=mara, client=rosa, other=twin)
        at(NOW + timedelta(days=30, seconds=1))
        with pytest.raises(TooLate):
            unmerge_clients(actor=mara, merge=merge)
        at(NOW + timedelta(days=30))
        assert unmerge_clients(actor=mara, merge=merge).undone_at

    def test_waits_for_a_later_merge_of_the_survivor(self, ana: Actor, mara: Actor, rosa: Client, twin: Client):
        third = register_client(actor=ana, kind=Kind.PERSON, given_name="Rosita", surname="Cordero")
        first = merge_clients(actor=mara, client=rosa, other=twin)
        second = merge_clients(actor=mara, client=third, other=Client.objects.get(pk=rosa.pk))
        with pytest.raises(InvalidTransition):
            unmerge_clients(actor=mara, merge=first)
        unmerge_clients(actor=mara, merge=second)
        unmerge_clients(actor=mara, merge=first)
        twin.refresh_from_db()
        assert twin.absorbed_by is None
        assert ContactPoint.objects.filter(client=twin).count() == 2

    def test_then_merging_the_other_way_round_works(self, mara: Actor, rosa: Client, twin: Client):
        unmerge_clients(actor=mara, merge=merge_clients(actor=mara, client=rosa, other=twin))
        rosa, twin = Client.objects.get(pk=rosa.pk), Client.objects.get(pk=twin.pk)
        merge_clients(actor=mara, client=twin, other=rosa)
        rosa.refresh_from_db()
        assert rosa.absorbed_by == twin


def test_every_household_and_promise_state_is_left_as_it_was(mara: Actor, rosa: Client, twin: Client, bank: Bank):
    """A household is a choice of its own: the one that is there survives."""
    home = given(Household, key="H", name="Cordero Malo")
    Client.objects.filter(pk=twin.pk).update(household=home)
    merge = merge_clients(actor=mara, client=rosa, other=Client.objects.get(pk=twin.pk))
    rosa.refresh_from_db()
    assert rosa.household == home
    assert merge.survived["household"] == "absorbed"
    assert not Promise.objects.exclude(state=State.PROMISED).exists()
