"""The night's first two steps: export the database, and value every client from what was exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import polars as pl

from cartera.engine import snapshot
from cartera.engine.session import Session, open_session
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.value import tiering
from cartera.value.actions import propose_tier_policy
from cartera.value.actions_in_bulk import record_values
from cartera.value.facts import foreign_amounts
from cartera.value.models import TierPolicy
from cartera.value.queries import policy_in_force

VALUER = Actor.system("value of the night", "value.record", "tier.propose_policy")


def export_step(on: date, run: Run, replay: bool) -> StepResult:
    """Take the snapshot that the later steps read."""
    taken = snapshot.export(on)
    return StepResult(rows=taken.total, changed=0, summary={"tables": dict(taken.rows)})


def value_step(on: date, run: Run, replay: bool) -> StepResult:
    """Value every client and give it its tier. A replay writes `values.parquet` beside the snapshot and nothing else.

    Where there is no policy yet, one is proposed from the distribution.
    """
    with open_session(snapshot.find(on)) as session:
        figures = tiering.figures_of_clients(session)
        policy = policy_in_force(on) or _first_policy(session, figures, on)
        file = values_file(session)
        session.write(tiering.tiers_of_clients(session, figures, policy.as_rules()), file, tiering.VALUES)
        foreign = session.frame(foreign_amounts(session))
    values = pl.read_parquet(file)
    counts = values.group_by("tier").len().sort("tier")
    summary = {"policy": policy.number, "tiers": dict(counts.iter_rows())}
    if replay:
        return StepResult(rows=values.height, changed=0, summary=summary)
    recorded = record_values(actor=VALUER, values=values, foreign=foreign, policy=policy, on=on)
    return StepResult(rows=values.height, changed=recorded.changed, summary=summary)


def values_file(session: Session) -> Path:
    """The clients' values on the session's date, with the columns of `tiering.VALUES`."""
    return session.snapshot.file("values")


def _first_policy(session: Session, figures: ir.Table, on: date) -> TierPolicy:
    thresholds = tiering.propose_thresholds(session, figures)
    return propose_tier_policy(actor=VALUER, thresholds=thresholds, effective_from=on)
