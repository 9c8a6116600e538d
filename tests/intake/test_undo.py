"""Undoing a load: it leaves what was there before, row by row, or says what stands in the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartera.clients.models import Client
from cartera.intake import actions
from cartera.intake.importing import import_folder
from cartera.intake.models import Trace
from cartera.intake.undo.actions import BuiltUpon, undo_load
from cartera.intake.undo.queries import folder, undoable
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.errors import InvalidTransition, NotPermitted, TooLate
from cartera.kernel.models import Happening, Run
from cartera.promises import actions as promises
from tests.conftest import given
from tests.intake.killed_import import held
from tests.intake.test_killed import RECIPE

IMPORT = Actor.system("import", "*")

CLIENTS = """id;name;balance;phone
10;Rosa;100;0991
11;Inés;200;0992
12;Lácteos;300;0993
13;Manuel;400;0994
"""
MOVEMENTS = """id;client;day;amount
1;10;2026-01-10;1.50
2;11;2026-01-11;2.50
3;12;2026-02-12;3.50
"""
LATER = """id;name;balance;phone
10;Rosa Elvira;150;0991
11;Inés;200;0992
14;Carmen;500;0995
15;Jorge;600;0996
"""
LATER_MOVEMENTS = """id;client;day;amount
2;11;2026-01-11;2.75
3;12;2026-03-12;3.50
4;14;2026-02-01;9.00
"""


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch, lake_home: Path) -> None:
    def small(*args: Any, **kwargs: Any) -> Any:
        return merge(*args, **{"chunk": 2, **kwargs})

    monkeypatch.setattr(actions, "merge", small)


@pytest.fixture
def brought(write: Any, tmp_path: Path) -> Any:
    """Import files of these contents: `brought(clients, movements)` returns its run."""
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")

    def bring(clients: str, movements: str) -> Run:
        folder = write({"clients.csv": clients, "movements.csv": movements})
        imported = import_folder(actor=IMPORT, recipe_path=recipe, folder=folder)
        return Run.objects.get(pk=imported.run_id)

    return bring


def business() -> dict[str, Any]:
    """What the installation holds, without runs; versions move with each edit and are left out."""
    found = {name: rows for name, rows in held().items() if not name.startswith("kernel.")}
    found["clients.Client"] = sorted(
        map(str, Client.objects.values_list("key", "name", "search", "household__key", "since"))
    )
    return found


def undo(run: Run) -> None:
    undo_load(actor=IMPORT, run=run, now=datetime.now(UTC))


@pytest.mark.row("Y7")
@pytest.mark.django_db
class TestUndo:
    def test_of_a_later_load_leaves_what_the_first_one_left(self, brought: Any):
        brought(CLIENTS, MOVEMENTS)
        before = business()
        run = brought(LATER, LATER_MOVEMENTS)
        assert business() != before
        undo(run)
        assert business() == before

    def test_of_the_first_load_leaves_nothing_of_its_clients(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        undo(run)
        found = business()
        assert {name: rows for name, rows in found.items() if rows} == {"products.Product": found["products.Product"]}

    def test_is_told_with_who_did_it_and_cannot_be_done_twice(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        undo(run)
        assert Happening.objects.get(name="import.undo").facts["run"] == run.pk
        assert not undoable(run, datetime.now(UTC))
        with pytest.raises(InvalidTransition):
            undo(run)

    def test_keeps_no_copy_of_what_it_took_back(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        assert folder(run).exists()
        undo(run)
        assert not folder(run).exists()

    def test_the_same_files_can_be_loaded_again(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        loaded = business()
        undo(run)
        assert brought(CLIENTS, MOVEMENTS).pk != run.pk
        assert business() == loaded

    def test_after_seven_days_is_too_late(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        with pytest.raises(TooLate):
            undo_load(actor=IMPORT, run=run, now=datetime.now(UTC) + timedelta(days=8))

    def test_by_somebody_whose_role_does_not_allow_it(self, brought: Any):
        run = brought(CLIENTS, MOVEMENTS)
        with pytest.raises(NotPermitted):
            undo_load(actor=Actor.system("nobody"), run=run, now=datetime.now(UTC))


@pytest.mark.row("Y7")
@pytest.mark.django_db
class TestWhatStandsInTheWay:
    @pytest.fixture
    def run(self, brought: Any) -> Run:
        brought(CLIENTS, MOVEMENTS)
        return brought(LATER, LATER_MOVEMENTS)

    def test_a_promise_to_a_client_that_came_with_it(self, run: Run):
        carmen = Client.objects.get(key="14")
        promises.make(actor=IMPORT, client=carmen, what="Llamar", due_at=datetime.now(UTC) + timedelta(days=3))
        before = business()
        with pytest.raises(BuiltUpon) as refused:
            undo(run)
        (blocker,) = refused.value.context["blockers"]
        assert (blocker.what, blocker.rows, blocker.examples) == ("promises.promise", 1, ["Carmen"])
        assert business() == before
        run.refresh_from_db()
        assert run.summary["undo"]["state"] == "refused"

    def test_a_contact_with_it(self, run: Run):
        jorge = Client.objects.get(key="15")
        given(
            Interaction,
            client=jorge,
            key="x",
            channel="phone",
            direction="in",
            happened_at=datetime.now(UTC),
            minutes=3,
        )
        with pytest.raises(BuiltUpon) as refused:
            undo(run)
        assert [blocker.what for blocker in refused.value.context["blockers"]] == ["interactions.interaction"]

    def test_an_edit_of_a_client_that_it_changed(self, run: Run):
        Client.objects.filter(key="10").update(name="Rosa E.", version=9)
        with pytest.raises(BuiltUpon) as refused:
            undo(run)
        assert [blocker.what for blocker in refused.value.context["blockers"]] == ["changed:clients.client"]

    def test_a_later_load_that_changed_the_same_rows(self, run: Run, brought: Any):
        later = brought(LATER.replace("Rosa Elvira", "Rosa E."), LATER_MOVEMENTS.replace("9.00", "9.50"))
        with pytest.raises(BuiltUpon) as refused:
            undo(run)
        told = {blocker.what for blocker in refused.value.context["blockers"]}
        assert told == {"changed:clients.client", "changed:transactions"}
        undo(later)
        undo(run)

    def test_not_a_promise_to_another_client(self, run: Run):
        rosa = Client.objects.get(key="11")
        promises.make(actor=IMPORT, client=rosa, what="Llamar", due_at=datetime.now(UTC) + timedelta(days=3))
        undo(run)
        assert not Client.objects.filter(key="14").exists()


@pytest.mark.row("Y9")
@pytest.mark.django_db
@pytest.mark.parametrize("last", range(1, 14, 2))
def test_an_undo_that_dies_between_chunks_is_completed_by_a_repeat(brought: Any, last: int):
    brought(CLIENTS, MOVEMENTS)
    before = business()
    run = brought(LATER, LATER_MOVEMENTS)
    beats = 0

    def beat(done: int, total: int) -> None:
        nonlocal beats
        beats += 1
        if beats == last:
            raise KeyboardInterrupt

    try:
        undo_load(actor=IMPORT, run=run, now=datetime.now(UTC), progress=beat)
    except KeyboardInterrupt:
        run.refresh_from_db()
        assert run.summary["undo"]["state"] == "running"
        undo(run)
    assert business() == before
    assert not Trace.objects.filter(run=run, undone=False).exists()
