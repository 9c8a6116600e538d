"""A client of another book: found by name, opened with a reason, seen for a while; and clients that change their adviser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.clients import accesses
from cartera.clients.actions.access import end_access, hand_over, open_client
from cartera.clients.models import AccessGrant, Client
from cartera.clients.queries import client_of
from cartera.clients.rules import finds_a_stranger, search_terms
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound, NotPermitted
from cartera.kernel.happenings import unsealed
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.team.models import Role
from cartera.team.queries import actor_for
from tests.conftest import NOW, hired

UNTIL = NOW + timedelta(hours=8)


def opened(actor: Actor, client: Client, **values) -> AccessGrant:
    reason = {"occasion": "called", "purpose": "Pide un certificado", "until_at": UNTIL}
    return open_client(actor=actor, client_id=client.pk, **{**reason, **values})


@pytest.mark.row("K1", "Y5")
class TestFindingBeyondTheBook:
    def test_is_by_name_or_by_the_whole_identifier(self, beto: Actor, rosa: Client):
        for text in ("rosa cord", "Córdero", "0102334456"):
            assert accesses.beyond_reach(actor=beto, text=text) == [rosa], text

    @pytest.mark.parametrize("text", ["", "r", "ro", "0102", "334456", "rosa 0102"])
    def test_is_by_no_part_of_a_number_and_by_no_letter_or_two(self, beto: Actor, rosa: Client, text):
        assert accesses.beyond_reach(actor=beto, text=text) == []

    def test_leaves_the_own_book_out(self, ana: Actor, gina: Actor, ada: Actor, rosa: Client, yunguilla: Client):
        assert accesses.beyond_reach(actor=ana, text="rosa") == []
        assert accesses.beyond_reach(actor=gina, text="rosa") == []
        assert accesses.beyond_reach(actor=gina, text="yunguilla") == [yunguilla]
        assert accesses.beyond_reach(actor=ada, text="yunguilla") == []

    def test_gives_nobody_by_number_alone(self, beto: Actor, rosa: Client):
        with pytest.raises(NotFound):
            accesses.one_beyond_reach(actor=beto, text="otra persona", client_id=rosa.pk)

    def test_compares_identifiers_whole(self):
        assert finds_a_stranger(search_terms("171430710-3"), "Luis Páez", "1714307103")
        assert not finds_a_stranger(search_terms("17143"), "Luis Páez", "1714307103")


@pytest.mark.row("K1", "Y5")
class TestOpening:
    def test_lets_one_see_the_client_until_the_end(self, beto: Actor, rosa: Client, at):
        with pytest.raises(NotFound):
            client_of(actor=beto, client_id=rosa.pk)
        opened(beto, rosa)
        assert client_of(actor=accesses.with_accesses(beto), client_id=rosa.pk) == rosa
        at(UNTIL)
        with pytest.raises(NotFound):
            client_of(actor=accesses.with_accesses(beto), client_id=rosa.pk)

    def test_reaches_what_belongs_to_the_client_and_nobody_else(self, ana: Actor, beto: Actor, rosa: Client, yunguilla):
        promise = promises.make(actor=ana, client=rosa, what="Llamar", due_at=UNTIL)
        opened(beto, rosa)
        let_in = accesses.with_accesses(beto)
        assert list(Promise.objects.visible_to(let_in)) == [promise]
        assert set(Client.objects.visible_to(let_in)) == {rosa, yunguilla}
        assert list(Client.objects.within_reach_of(let_in)) == [yunguilla]

    def test_is_on_record_with_its_purpose_sealed(self, beto: Actor, rosa: Client):
        opened(beto, rosa)
        happening = Happening.objects.get(name="client.open")
        assert (happening.client_id, happening.actor_name) == (rosa.pk, beto.name)
        assert "certificado" not in str(happening.facts)
        assert unsealed(happening)["changes"][0]["after"] == {"purpose": "Pide un certificado"}

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"purpose": "  "}, "purpose"),
            ({"until_at": NOW}, "until_at"),
            ({"until_at": NOW + timedelta(days=7, seconds=1)}, "until_at"),
        ],
    )
    def test_without_a_purpose_or_a_near_end_is_refused(self, beto: Actor, rosa: Client, values, field):
        with pytest.raises(Invalid) as refusal:
            opened(beto, rosa, **values)
        assert set(refusal.value.fields) == {field}
        assert not AccessGrant.objects.exists()

    def test_of_a_client_whom_one_sees_is_refused(self, ana: Actor, rosa: Client):
        with pytest.raises(Invalid):
            opened(ana, rosa)

    def test_again_replaces_the_first(self, beto: Actor, rosa: Client):
        first = opened(beto, rosa)
        opened(beto, rosa, until_at=UNTIL + timedelta(days=1))
        first.refresh_from_db()
        assert first.ended_at == NOW
        assert accesses.accesses(actor=beto, only_in_force=True).count() == 1

    def test_is_undone_at_once(self, beto: Actor, rosa: Client):
        grant = opened(beto, rosa)
        undo(actor=beto, happening_id=grant.happening.pk)
        assert not accesses.with_accesses(beto).scope.clients

    def test_ends_early_once(self, beto: Actor, mara: Actor, rosa: Client):
        grant = opened(beto, rosa)
        end_access(actor=mara, access_grant=grant)
        assert not accesses.with_accesses(beto).scope.clients
        with pytest.raises(InvalidTransition):
            end_access(actor=mara, access_grant=grant)


@pytest.mark.row("Y5", "Y7")
class TestTheList:
    def test_is_read_by_who_was_let_in_the_adviser_and_the_manager(
        self, ana: Actor, beto: Actor, gina: Actor, mara: Actor, ada: Actor, rosa: Client
    ):
        grant = opened(beto, rosa)
        readers = [who.role for who in (ana, beto, gina, mara, ada) if grant in accesses.accesses(actor=who)]
        assert readers == ["adviser", "adviser", "manager", "admin"]

    def test_is_changed_by_who_was_let_in_and_the_manager(self, ana: Actor, beto: Actor, mara: Actor, rosa: Client):
        grant = opened(beto, rosa)
        with pytest.raises(NotFound):
            end_access(actor=ana, access_grant=grant)
        end_access(actor=beto, access_grant=grant)


@pytest.mark.row("V11")
class TestHandingOver:
    @pytest.fixture
    def diego(self, bank):
        return hired("diego", "Diego Merchán", Role.ADVISER, bank.centro)

    def test_moves_the_client_with_what_it_is_owed(self, ana: Actor, diego, rosa: Client):
        promise = promises.make(actor=ana, client=rosa, what="Llamar", due_at=UNTIL)
        hand_over(actor=ana, clients=[rosa], to_id=diego.pk, reason="Vive cerca")
        rosa.refresh_from_db()
        promise.refresh_from_db()
        assert (rosa.adviser, promise.staff) == (diego, diego)
        assert client_of(actor=actor_for(diego), client_id=rosa.pk) == rosa

    def test_is_undone_with_all_of_it_by_who_sees_the_client_no_more(self, ana: Actor, ana_staff, diego, rosa: Client):
        promise = promises.make(actor=ana, client=rosa, what="Llamar", due_at=UNTIL)
        done = hand_over(actor=ana, clients=[rosa], to_id=diego.pk, reason="Vive cerca")
        undo(actor=ana, happening_id=done.happening.pk)
        rosa.refresh_from_db()
        promise.refresh_from_db()
        assert (rosa.adviser, promise.staff) == (ana_staff, ana_staff)

    def test_leaves_those_who_went_on_since(self, ana: Actor, ada: Actor, diego, beto_staff, rosa: Client):
        done = hand_over(actor=ana, clients=[rosa], to_id=diego.pk, reason="Vive cerca")
        rosa.refresh_from_db()
        hand_over(actor=ada, clients=[rosa], to_id=beto_staff.pk, reason="Se muda")
        undo(actor=ana, happening_id=done.happening.pk)
        rosa.refresh_from_db()
        assert (rosa.adviser, rosa.branch) == (beto_staff, beto_staff.branch)

    def test_of_somebody_elses_client_is_a_404(self, ana: Actor, diego, rosa: Client, yunguilla: Client):
        with pytest.raises(NotFound):
            hand_over(actor=ana, clients=[rosa, yunguilla], to_id=diego.pk, reason="x")
        rosa.refresh_from_db()
        assert rosa.adviser_id == ana.id

    def test_to_another_branch_or_without_a_reason_is_refused(self, ana: Actor, diego, beto_staff, rosa: Client):
        with pytest.raises(Invalid):
            hand_over(actor=ana, clients=[rosa], to_id=beto_staff.pk, reason="x")
        with pytest.raises(Invalid):
            hand_over(actor=ana, clients=[rosa], to_id=diego.pk, reason=" ")

    def test_is_no_agents_to_do(self, gina: Actor, diego, rosa: Client):
        with pytest.raises(NotPermitted):
            hand_over(actor=gina, clients=[rosa], to_id=diego.pk, reason="x")
