"""Planning in the background: everybody at night, one person when the day changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from cartera.agenda import actions
from cartera.agenda.book import desks
from cartera.agenda.crew import solved_together
from cartera.agenda.models import Plan
from cartera.agenda.planning import Solved, solved
from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict
from cartera.kernel.jobs import enqueue, job
from cartera.kernel.models import Happening, Run
from cartera.kernel.runs import StepResult
from cartera.team.models import Staff

PLANNER = Actor.system("planner", "plan.store", "plan.view", "client.view")


def agenda_step(
    day: date, run: Run, replay: bool, progress: Callable[[int, int], None] = lambda done, of: None
) -> StepResult:
    """Plan the next ten working days of everybody who has clients. A replay plans nothing: those days have passed."""
    if replay:
        return StepResult()
    people = list(
        Staff.objects.filter(active=True, book__isnull=False).distinct().select_related("branch").order_by("id")
    )
    contacts = changed = 0
    seen = _day_changes(people)
    for done, (staff, result) in enumerate(zip(people, solved_together(people, day), strict=True), start=1):
        contacts += result.rows
        changed += _store(result, staff, seen.get(staff.pk))
        progress(done, len(people))
    return StepResult(rows=contacts, changed=changed, summary={"people": len(people)})


@job("agenda.replan")
def replan_person(*, staff_id: int) -> bool:
    """Plan one person's days again from this instant on; True when the plan changed."""
    now = clock.now()
    staff = Staff.objects.select_related("branch").filter(pk=staff_id, active=True).first()
    if staff is None:
        return False
    return _plan_again(staff, now)


@job("agenda.replan_after")
def replan_after(*, happening_id: int) -> None:
    """Plan again for whoever looks after the client of a happening, unless that was done since."""
    happening = Happening.objects.get(pk=happening_id)
    people = Staff.objects.filter(book=happening.client_id, active=True, plan__stale=True).select_related("branch")
    for staff in people:
        _plan_again(staff, clock.now())


def _plan_again(staff: Staff, now: datetime) -> bool:
    today, seen = clock.today(), _day_changes([staff]).get(staff.pk)
    changed = False
    for desk in desks([staff], today, since=now):
        changed = bool(_store(solved(desk), staff, seen))
    actions.up_to_date(staff=staff, seen=seen)
    return changed


def _day_changes(people: Iterable[Staff]) -> dict[int, int]:
    """How often the days of these people had changed, to be asked before anything is read for their plans."""
    return dict(Plan.objects.filter(staff__in=people).values_list("staff_id", "day_changes"))


def _store(result: Solved, staff: Staff, seen: int | None) -> int:
    """Store a plan that differs; returns how many business rows that changed. One that came too late is solved again."""
    if result.plan is None:
        return 0
    try:
        actions.store_plan(
            actor=PLANNER, staff=staff, plan=result.plan, items=result.items, unplaced=result.unplaced, seen=seen
        )
    except Conflict:
        enqueue("agenda.replan", staff_id=staff.pk)
        return 0
    return 1 + len(result.items) + len(result.unplaced)
