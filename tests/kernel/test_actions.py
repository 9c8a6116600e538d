"""One way to change something, and what is remembered of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from cartera.api.actions import issue_token, revoke_token
from cartera.clients.models import Client
from cartera.kernel import keys
from cartera.kernel.actions import ACTIONS, COMPENSATIONS, action, bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate, WriteOutsideAction
from cartera.kernel.happenings import unsealed
from cartera.kernel.models import Errand, Happening
from cartera.kernel.recording import current_recording
from cartera.kernel.undo import undo
from cartera.promises import actions
from cartera.promises.models import Promise
from cartera.team.models import Branch, Staff
from tests.conftest import NOW, SET_UP, write

FRIDAY = NOW + timedelta(days=3)


@pytest.fixture
def own_keys(settings, tmp_path: Path) -> None:
    """A keyring that no other test reads from."""
    settings.CARTERA_KEYS = tmp_path


@pytest.fixture
def promise(ana: Actor, rosa: Client) -> Promise:
    return actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=FRIDAY)


class TestAnAction:
    def test_needs_an_actor(self, rosa: Client):
        with pytest.raises(TypeError, match="needs an actor"):
            actions.make(client=rosa, what="Llamar", due_at=FRIDAY)

    def test_takes_names_only(self, ana: Actor, rosa: Client):
        with pytest.raises(TypeError, match="keyword"):
            actions.make(ana, rosa)

    def test_is_refused_without_the_permission(self, rosa: Client):
        with pytest.raises(NotPermitted):
            actions.make(actor=Actor.system("nobody in particular"), client=rosa, what="Llamar", due_at=FRIDAY)

    def test_is_not_found_for_what_the_actor_does_not_see(self, beto: Actor, promise: Promise):
        with pytest.raises(NotFound):
            actions.keep(actor=beto, promise=promise)

    def test_that_fails_leaves_neither_row_nor_happening(self, ana: Actor, rosa: Client):
        before = Happening.objects.count()
        with pytest.raises(Invalid):
            actions.make(actor=ana, client=rosa, what="Llamar", due_at=NOW - timedelta(days=1))
        assert (Promise.objects.count(), Happening.objects.count()) == (0, before)

    def test_called_by_another_happens_because_of_it(self, ana: Actor, rosa: Client, promise: Promise):
        actions.record_contact(actor=ana, client=rosa, channel="phone", keeps=[promise])
        kept = Happening.objects.get(name="promise.keep")
        assert kept.because_of == Happening.objects.get(name="interaction.record")
        assert kept.actor_name == "Ana Andrade"

    def test_sends_an_errand_to_whoever_hears_of_it(self, promise: Promise):
        assert Errand.objects.filter(happening__name="promise.make", job="agenda.replan_after").exists()

    def test_every_compensation_is_an_action(self):
        assert set(COMPENSATIONS.values()) <= set(ACTIONS)


@bulk_action("test.many")
def make_many(*, actor: Actor, client: Client, kill_after: int) -> None:
    """Some work in bulk that calls actions, and dies after so many of them."""
    for n in range(kill_after):
        actions.make(actor=actor, client=client, what=f"Llamar {n}", due_at=FRIDAY)
    raise KeyboardInterrupt


@action("test.promise_both")
def promise_both(*, actor: Actor, clients: list[Client], what: str, reason: str = "") -> None:
    """The same promise to several clients, in one happening."""
    for client in clients:
        Promise.add(client=client, what=what, made_at=NOW, opens_at=NOW, due_at=FRIDAY, latest_at=FRIDAY)


@bulk_action("test.chunks")
def change_in_chunks(*, actor: Actor, chunks: int, told: int) -> None:
    """Some work in bulk that commits branches in chunks of one, tells some of them, and fails in the third chunk."""
    rows = pl.DataFrame({"key": [f"b{n}" for n in range(chunks)], "name": ["Agencia"] * chunks})
    merge(Branch, rows, key=("key",), chunk=1)
    current_recording().tell(rows=told)
    raise RuntimeError("the third chunk")


class TestABulkAction:
    def test_that_dies_half_way_leaves_no_change_without_its_happening(self, ana: Actor, rosa: Client):
        with pytest.raises(KeyboardInterrupt):
            make_many(actor=SET_UP, client=rosa, kill_after=2)
        assert Promise.objects.count() == 2
        assert Happening.objects.filter(name="promise.make").count() == 2
        assert Errand.objects.filter(happening__name="promise.make").count() == 2

    @pytest.mark.parametrize("told", [0, 2])
    def test_that_raises_after_some_chunks_is_remembered_with_what_it_had_written(self, rosa: Client, told: int):
        with pytest.raises(RuntimeError, match="the third chunk"):
            change_in_chunks(actor=SET_UP, chunks=2, told=told)
        happening = Happening.objects.get(name="test.chunks")
        assert (happening.rows, happening.facts["interrupted"]) == (2, True)

    def test_that_raises_before_it_wrote_anything_leaves_none(self, rosa: Client):
        with pytest.raises(RuntimeError):
            change_in_chunks(actor=SET_UP, chunks=0, told=0)
        assert not Happening.objects.filter(name="test.chunks").exists()


class TestARecord:
    def test_is_not_written_outside_an_action(self, promise: Promise):
        with pytest.raises(WriteOutsideAction):
            promise.save()
        with pytest.raises(WriteOutsideAction):
            promise.change(what="Otra cosa")
        promise.refresh_from_db()
        assert promise.what == "Propuesta escrita"

    def test_with_a_character_that_is_no_text_is_refused(self, ana: Actor, rosa: Client):
        with pytest.raises(Invalid) as refusal:
            actions.make(actor=ana, client=rosa, what="Llamar\0", due_at=FRIDAY)
        assert list(refusal.value.fields) == ["what"]

    def test_that_somebody_else_changed_is_a_conflict_with_both_versions(self, ana: Actor, promise: Promise):
        mine = Promise.objects.get(pk=promise.pk)
        actions.keep(actor=ana, promise=promise)
        with pytest.raises(Conflict) as conflict:
            actions.withdraw(actor=ana, promise=mine, reason="Ya no")
        assert conflict.value.context["theirs"].state == "kept"
        assert conflict.value.context["yours"]["why_closed"] == "Ya no"

    def test_that_a_named_constraint_refuses_says_so_in_words(self, rosa: Client):
        with pytest.raises(Invalid) as refusal:
            write(
                actor=SET_UP,
                model=Promise,
                client=rosa,
                what="Al revés",
                made_at=NOW,
                opens_at=NOW - timedelta(days=2),
                due_at=NOW - timedelta(days=1),
                latest_at=NOW,
            )
        assert "vence después" in str(refusal.value.detail) or "due after" in str(refusal.value.detail)


@pytest.mark.row("Y7")
class TestAHappening:
    def test_keeps_what_was_before_and_after(self, ana: Actor, promise: Promise):
        actions.keep(actor=ana, promise=promise)
        (change,) = Happening.objects.get(name="promise.keep").facts["changes"]
        assert (change["before"]["state"], change["after"]["state"]) == ("promised", "kept")

    def test_keeps_the_reason_of_what_concerns_no_client(self, bank, ada: Actor):
        token = issue_token(actor=ada, staff=Staff.objects.get(key="ada"), label="core", days=1).token
        revoke_token(actor=ada, token=token, reason="The laptop was stolen.")
        assert Happening.objects.get(name="token.revoke").facts["reason"] == "The laptop was stolen."

    def test_keeps_personal_content_sealed_until_the_key_is_destroyed(self, own_keys: None, promise: Promise):
        happening = Happening.objects.get(name="promise.make")
        assert unsealed(happening)["changes"][0]["after"]["what"] == "Propuesta escrita"
        keys.destroy(promise.client_id)
        assert unsealed(happening) == {}

    def test_keeps_what_is_each_clients_own_under_its_own_key(self, own_keys: None, rosa: Client, yunguilla: Client):
        promise_both(actor=SET_UP, clients=[rosa, yunguilla], what="Mediar entre ambos", reason="Lo pidieron")
        happening = Happening.objects.get(name="test.promise_both")
        assert [change["after"]["what"] for change in unsealed(happening)["changes"]] == ["Mediar entre ambos"] * 2
        keys.destroy(yunguilla.pk)
        (left,) = unsealed(happening)["changes"]
        assert left["id"] == Promise.objects.get(client=rosa).pk
        assert unsealed(happening)["reason"] == "Lo pidieron"
        keys.destroy(rosa.pk)
        assert unsealed(happening) == {}

    def test_keeps_the_seconds_own_when_the_firsts_key_is_destroyed(
        self, own_keys: None, rosa: Client, yunguilla: Client
    ):
        promise_both(actor=SET_UP, clients=[rosa, yunguilla], what="Mediar entre ambos")
        keys.destroy(rosa.pk)
        (left,) = unsealed(Happening.objects.get(name="test.promise_both"))["changes"]
        assert left["id"] == Promise.objects.get(client=yunguilla).pk

    @pytest.mark.parametrize("verb", ["UPDATE kernel_happening SET name = 'x'", "DELETE FROM kernel_happening"])
    def test_is_never_changed_nor_deleted(self, promise: Promise, verb: str):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(verb)
        assert Happening.objects.filter(name="promise.make").exists()


@pytest.mark.row("Y1")
class TestUndo:
    def test_is_for_what_was_done_just_now(self, ana: Actor, promise: Promise, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("cartera.kernel.undo.WINDOW", timedelta(seconds=-1))
        with pytest.raises(TooLate):
            undo(actor=ana, happening_id=promise.happening.pk)

    def test_is_once(self, ana: Actor, promise: Promise):
        undo(actor=ana, happening_id=promise.happening.pk)
        with pytest.raises(TooLate):
            undo(actor=ana, happening_id=promise.happening.pk)
        assert Happening.objects.get(name="promise.withdraw").undoes == promise.happening
