"""Loading: the one door in for many rows, whatever they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from cartera.clients.models import Client
from cartera.clock.actions import found_institution
from cartera.clock.models import Institution
from cartera.engine import lake
from cartera.intake.frames import Entity, EntityCounts, Progress, Setting, given, silent
from cartera.intake.tables import FACTS, FILLS, ROW, Lookup, Rows
from cartera.interactions.actions_in_bulk import tell_last_contacts
from cartera.kernel.actions import action, bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.errors import Conflict
from cartera.kernel.models import Happening, Run
from cartera.kernel.recording import current_recording
from cartera.kernel.runs import StepResult, run_step
from cartera.products.models import Product
from cartera.service.actions import found_models
from cartera.team.actions import set_hours
from cartera.team.models import Branch


def set_up(*, actor: Actor, setting: Setting) -> None:
    """Make ready for what a source will load: the institution, unless it has clients already, and the products it names.

    A new institution gets the built-in service models, so that its first night has something to promise. Does
    nothing when all is there. Raises Conflict when the installation serves an institution of another country or
    currency: its clients would mix with those of another bank.
    """
    there = Institution.objects.filter(pk=1).first()
    bank, settled = setting.institution, there is not None and Client.objects.exists()
    if settled and there and (there.country, there.currency) != (bank.country, bank.currency):
        words = _(
            "This installation serves {there}, and the source is of {bank}: load it into a CARTERA_HOME of its own."
        )
        raise Conflict(words.format(there=there.name, bank=bank.name))
    if not settled or merge(Product, setting.products, key=("key",), dry_run=True).changed:
        _set_up(actor=actor, setting=setting, found=not settled)


@action("import.set_up")
def _set_up(*, actor: Actor, setting: Setting, found: bool) -> None:
    if found:
        found_institution(actor=actor, **asdict(setting.institution))
        found_models(actor=actor)
    counts = merge(Product, setting.products, key=("key",))
    current_recording().tell(rows=counts.changed, products=asdict(counts))


LEDGER = Actor.system("ledger of contacts", "interaction.tell_last_contacts")


@bulk_action("import.open_doors")
def open_doors(*, actor: Actor, hours: Sequence[tuple[int, int, int]]) -> None:
    """Give working hours, as (weekday, from minute, to minute), to the root branches that have none."""
    for branch in Branch.objects.filter(parent__isnull=True, working_hours__isnull=True) if hours else ():
        set_hours(actor=actor, branch=branch, hours=list(hours))


@bulk_action("import.load")
def load(
    *,
    actor: Actor,
    frames: Mapping[Entity, pl.DataFrame],
    system: str,
    run: Run | None = None,
    progress: Progress = silent,
    dry_run: bool = False,
) -> dict[Entity, EntityCounts]:
    """Make the tables hold these frames, entity by entity, and tell it in one happening with its counts.

    `system` is the name of the source: a client is known there by its `key`. Columns that a frame does not give are left
    alone. Commits in chunks, so that nobody waits; killed at any point, a repeat completes, and the entities that `run`
    has done are not done again. The same frames again change nothing. `dry_run` counts and writes nothing.
    Products and the institution are there before (`set_up`). Raises NotPermitted, and Invalid for a key that is nowhere.
    """
    lookup = Lookup(dry_run=dry_run)
    done: dict[Entity, EntityCounts] = {}
    for position, entity in enumerate(Entity, start=1):
        if entity not in frames:
            continue
        frame = given(entity, frames[entity])

        def work(entity: Entity = entity, frame: pl.DataFrame = frame) -> EntityCounts:
            return _load_entity(entity, frame, system, lookup, progress, dry_run=dry_run)

        done[entity] = _step(run, position, entity, work) if run and not dry_run else work()
    if not dry_run and Entity.INTERACTIONS in frames:
        tell_last_contacts(actor=LEDGER)
    if not dry_run and not _told(run):
        current_recording().tell(
            rows=sum(counts.changed for counts in done.values()),
            run=run.pk if run else None,
            system=system,
            entities={str(entity): asdict(counts) for entity, counts in done.items()},
        )
    return done


def _step(run: Run, position: int, entity: Entity, work: Callable[[], EntityCounts]) -> EntityCounts:
    def measured() -> StepResult:
        counts = work()
        return StepResult(rows=counts.read, changed=counts.changed, summary=asdict(counts))

    return EntityCounts(**run_step(run, position, str(entity), measured).summary)


def _told(run: Run | None) -> bool:
    return run is not None and Happening.objects.filter(name="import.load", facts__run=run.pk).exists()


class _Tally:
    """Which rows of a frame were created, and which were touched in any of the tables that they fill."""

    def __init__(self, rows: int) -> None:
        self.created = np.zeros(rows, dtype=bool)
        self.touched = np.zeros(rows, dtype=bool)

    def listener(self, rows: Rows) -> Callable[[Sequence[int], Sequence[int]], None]:
        """What `merge` tells of the rows of one table, told of the frame's rows."""
        at = rows.frame[ROW].to_numpy()

        def hear(created: Sequence[int], updated: Sequence[int]) -> None:
            self.touched[at[created]] = True
            self.touched[at[updated]] = True
            if rows.main:
                self.created[at[created]] = True

        return hear

    def counts(self) -> EntityCounts:
        total, created = len(self.created), int(self.created.sum())
        updated = int((self.touched & ~self.created).sum())
        return EntityCounts(total, created, updated, total - created - updated)


def _load_entity(
    entity: Entity, frame: pl.DataFrame, system: str, lookup: Lookup, progress: Progress, *, dry_run: bool
) -> EntityCounts:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        progress(entity, min(done, frame.height), frame.height)

    if entity in FACTS:
        counts = lake.merge(str(entity), frame, FACTS[entity], progress=advance, dry_run=dry_run)
        return EntityCounts(frame.height, counts.created, counts.updated, counts.unchanged)
    tally = _Tally(frame.height)
    for rows in FILLS[entity](frame.with_row_index(ROW), lookup, system):
        merge(
            rows.model,
            rows.frame.drop(ROW),
            key=rows.key,
            keep=rows.keep,
            progress=advance if rows.main else _unheard,
            changed=tally.listener(rows),
            dry_run=dry_run,
        )
        lookup.forget(rows.model)
    return tally.counts()


def _unheard(rows: int) -> None:
    """Rows of a table beside the entity's own: the same rows of the frame, not more of them."""
