"""Planning in the background: everybody at night, one person when the day changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from cartera.agenda import actions
from cartera.agenda.actions import who_serves
from cartera.agenda.actions_on_policy import tell_trial
from cartera.agenda.book import desks, priors_on
from cartera.agenda.crew import solved_together
from cartera.agenda.models import Plan, PolicyTrial
from cartera.agenda.planning import Solved, solved
from cartera.agenda.policy_trial import tried
from cartera.agenda.priors import Priors
from cartera.clients.models import Merge
from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict
from cartera.kernel.jobs import enqueue, job
from cartera.kernel.models import Happening, Run
from cartera.kernel.runs import StepResult
from cartera.team.models import Staff
from cartera.team.standing_in import coverage

MOST = 60
"""For how many people a change is planned at once: more would hold up a worker for long."""

PLANNER = Actor.system("planner", "plan.store", "plan.view", "client.view")


def agenda_step(
    day: date, run: Run, replay: bool, progress: Callable[[int, int], None] = lambda done, of: None
) -> StepResult:
    """Plan the next ten working days of everybody who has clients. A replay plans nothing: those days have passed."""
    if replay:
        return StepResult()
    people = list(_planned_on(day))
    contacts = changed = 0
    seen = _day_changes(people)
    for done, (staff, result) in enumerate(zip(people, solved_together(people, day), strict=True), start=1):
        contacts += result.rows
        changed += _store(result, staff, seen.get(staff.pk))
        progress(done, len(people))
    return StepResult(rows=contacts, changed=changed, summary={"people": len(people)})


def _planned_on(day: date) -> QuerySet[Staff]:
    """Who has clients, or stands in for somebody who has, in the days that are planned."""
    horizon = timedelta(days=2 * priors_on(day).horizon_days)
    covers = coverage(day, day + horizon).days.values()
    stand_ins = {person for cover in covers for person in cover.values() if person is not None}
    rows = Staff.objects.filter(Q(book__isnull=False) | Q(pk__in=stand_ins), active=True)
    return rows.distinct().select_related("branch").order_by("id")


@job("agenda.try_policy")
def try_policy(*, trial_id: int) -> None:
    """Work out what other priors would change, and tell how far it is."""
    trial = PolicyTrial.objects.get(pk=trial_id)
    people = list(_planned_on(clock.today()))
    try:
        told = tried(
            Priors.from_data(trial.priors),
            clock.today(),
            people,
            lambda done: tell_trial(trial_id=trial_id, done=done, of=len(people)),
        )
    except Exception as error:
        tell_trial(trial_id=trial_id, done=0, of=len(people), error=type(error).__name__)
        raise
    tell_trial(trial_id=trial_id, done=len(people), of=len(people), told=told)


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
    _plan_all_again(Staff.objects.filter(pk__in=who_serves(happening.client_id), active=True, plan__stale=True))


@job("agenda.replan_people")
def replan_people(*, happening_id: int) -> None:
    """Plan again for those whose time a happening changed, at most `MOST` of them: the night plans for the others."""
    happening = Happening.objects.get(pk=happening_id)
    _plan_all_again(Staff.objects.filter(pk__in=happening.facts.get("days_of", ())[:MOST], active=True))


def _plan_all_again(people: QuerySet[Staff]) -> None:
    for staff in people.select_related("branch").order_by("id"):
        _plan_again(staff, clock.now())


@job("agenda.replan_after_merge")
def replan_after_merge(*, happening_id: int) -> None:
    """Plan again for the advisers of both clients of a merge, or of its undo."""
    merge = Merge.objects.get(pk=Happening.objects.get(pk=happening_id).subject_id or 0)
    both = Staff.objects.filter(book__in=[merge.survivor_id, merge.absorbed_id], active=True, plan__stale=True)
    for staff in both.distinct().select_related("branch"):
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
