"""What the pages of nights and imports show: steps beside what they usually take, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.desk.drawing import Box, columns
from cartera.kernel.models import Run, Step

STEP_NAMES = {
    "export": gettext_lazy("Copy of the data"),
    "value": gettext_lazy("Value and tiers"),
    "service": gettext_lazy("Service models and their promises"),
    "events": gettext_lazy("Events"),
    "agenda": gettext_lazy("Everybody's plan"),
    "results": gettext_lazy("Results"),
    "branches": gettext_lazy("Branches"),
    "staff": gettext_lazy("Staff"),
    "clients": gettext_lazy("Clients"),
    "relationships": gettext_lazy("Relationships"),
    "holdings": gettext_lazy("Holdings"),
    "balances": gettext_lazy("Balances"),
    "transactions": gettext_lazy("Transactions"),
    "standing_orders": gettext_lazy("Standing orders"),
    "interactions": gettext_lazy("Contacts"),
}

NIGHT_STEPS = ("export", "value", "service", "events", "agenda", "results")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as a row. `left` and `width` place its bar on the clock of the run, `usual` marks what it usually takes."""

    name: str
    state: str
    rows: int
    changed: int
    seconds: float
    usual: float | None
    left: str
    width: str
    mark: str
    tone: str
    error: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NightBar:
    """One night of the history."""

    run: Run
    box: Box

    @property
    def seconds(self) -> float:
        return taken(self.run)


def name_of(step: str) -> str:
    return str(STEP_NAMES.get(step, step.replace("_", " ").capitalize()))


def lines(steps: Sequence[Step], usual: Mapping[str, float], expected: Sequence[str] = ()) -> list[StepLine]:
    """The steps of a run with those that are still to come, on one clock."""
    origin = steps[0].started_at if steps else None
    ends = [(step.started_at - origin).total_seconds() + step.seconds for step in steps if origin]
    whole = max([*ends, 1.0])
    told = [
        _line(step, usual.get(step.name), (step.started_at - origin).total_seconds(), whole) for step in steps if origin
    ]
    done = {step.name for step in steps}
    return told + [_waiting(name, usual.get(name)) for name in expected if name not in done]


def _line(step: Step, usual: float | None, after: float, whole: float) -> StepLine:
    tone = {Run.State.DONE: "kept", Run.State.FAILED: "broken"}.get(Run.State(step.state), "due")
    return StepLine(
        name=name_of(step.name),
        state=step.state,
        rows=step.rows,
        changed=step.changed,
        seconds=step.seconds,
        usual=usual,
        left=_percent(after / whole),
        width=_percent(max(0.008, step.seconds / whole)),
        mark=_percent(min(1.0, (after + usual) / whole)) if usual else "",
        tone=tone,
        error=step.error,
        counts={key: value for key, value in step.summary.items() if isinstance(value, int)},
    )


def _waiting(name: str, usual: float | None) -> StepLine:
    return StepLine(name_of(name), "waiting", 0, 0, 0, usual, "0", "0", "", "", "", {})


def history(runs: Sequence[Run]) -> list[NightBar]:
    """The last nights, the oldest first, as bars of their seconds."""
    oldest_first = list(reversed(runs))
    seconds = [taken(run) for run in oldest_first]
    return [
        NightBar(run, Box(box.x, box.y, box.width, box.height, _tone(run)))
        for run, box in zip(oldest_first, columns(seconds, width=600, height=72), strict=True)
    ]


def _tone(run: Run) -> str:
    return {Run.State.DONE: "soft" if run.replay else "kept", Run.State.FAILED: "broken"}.get(
        Run.State(run.state), "due"
    )


def taken(run: Run) -> float:
    """Seconds from the start of a run to its end, 0 while it has none."""
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0


def lead_of_night(run: Run | None, steps: Sequence[Step], today: date, now: datetime) -> str:
    """The sentence before the table: what is going on, and what to do about it."""
    if run is None:
        return _("No night has run yet. Run one to value the clients and plan everybody's days.")
    if run.state == Run.State.FAILED:
        failed = next((step for step in steps if step.state == Run.State.FAILED), None)
        where = name_of(failed.name) if failed else ""
        return _("The night of %(day)s failed in “%(step)s”. Nothing was written by halves: resume it from there.") % {
            "day": f"{run.on_date:%d/%m/%Y}",
            "step": where,
        }
    if run.replay and run.state == Run.State.DONE:
        return _("This was a replay of %(day)s: it wrote snapshots, and what is current stayed as it is.") % {
            "day": f"{run.on_date:%d/%m/%Y}"
        }
    if run.state == Run.State.RUNNING:
        return _("The night of %(day)s is running.") % {"day": f"{run.on_date:%d/%m/%Y}"}
    if run.on_date is not None and run.on_date < today - timedelta(days=1) and not run.replay:
        return _("The last night is of %(day)s: the plans of today rest on figures of that day.") % {
            "day": f"{run.on_date:%d/%m/%Y}"
        }
    return _("The night of %(day)s is complete: today's plans rest on it.") % {"day": f"{run.on_date:%d/%m/%Y}"}


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"
