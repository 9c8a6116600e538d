"""Work that nobody looks at while it goes well: jobs, nights, loads and backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_q.models import Schedule

from cartera.api.health import FAILING_ATTEMPTS, STALLED_SECONDS, waiting_since
from cartera.clock import queries as clock
from cartera.config.checkup.findings import Area, Finding, advice, fault
from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning, NotFound
from cartera.kernel.models import Errand, Happening, Run
from cartera.kernel.runs import ONE_AT_A_TIME

WORKER_SILENT = timedelta(minutes=10)
BACKUP_TOO_OLD = timedelta(hours=36)
SETTLING_IN = timedelta(days=2)


def jobs() -> Area:
    """Errands that wait or fail, and whether a worker is alive."""
    now = datetime.now(UTC)
    waiting = Errand.objects.filter(done_at__isnull=True)
    failing = waiting.filter(attempts__gte=FAILING_ATTEMPTS)
    oldest = waiting_since(now)
    findings = []
    if failing.exists():
        names = ", ".join(sorted(set(failing.values_list("job", flat=True))))
        findings.append(
            fault(
                ngettext(
                    "%(count)d job keeps failing (%(names)s).",
                    "%(count)d jobs keep failing (%(names)s).",
                    failing.count(),
                )
                % {"count": failing.count(), "names": names},
                _("Look for their errors in the log of the worker; they are tried again by themselves."),
            )
        )
    if oldest is not None and now - oldest > timedelta(seconds=STALLED_SECONDS):
        findings.append(
            fault(
                _("Work has been waiting since %(instant)s.") % {"instant": f"{oldest:%Y-%m-%d %H:%M} UTC"},
                _("Start `cartera serve`, or the worker where it runs by itself."),
            )
        )
    silent = _silent_since(now)
    if silent is not None:
        findings.append(
            advice(
                _("No worker has been at work since %(instant)s.") % {"instant": f"{silent:%Y-%m-%d %H:%M} UTC"},
                _("Start `cartera serve`: plans, seals, nights and backups wait for it."),
            )
        )
    return Area("jobs", _("%(count)d waiting") % {"count": waiting.count()}, tuple(findings))


def runs() -> Area:
    """Nights and loads that failed, or were interrupted and not resumed."""
    findings = [*_interrupted(), *_failed_night()]
    night = _last(Run.Kind.NIGHT, state=Run.State.DONE)
    seen = _("last night: %(day)s") % {"day": night.on_date} if night else _("no night yet")
    return Area("runs", seen, tuple(findings))


def backups() -> Area:
    """How old the newest backup is."""
    now = datetime.now(UTC)
    last = _last(Run.Kind.BACKUP)
    whole = _last(Run.Kind.BACKUP, state=Run.State.DONE)
    findings = []
    if last and last.state == Run.State.FAILED:
        findings.append(
            fault(
                _("The last backup failed: %(why)s") % {"why": last.error},
                _("Mend what it says and run `cartera backup`."),
            )
        )
    if whole is None:
        findings += _never_backed_up(now)
    elif whole.finished_at and now - whole.finished_at > BACKUP_TOO_OLD:
        tell = advice if _is_a_demonstration() else fault
        findings.append(
            tell(
                _("The newest backup is of %(instant)s.") % {"instant": f"{whole.started_at:%Y-%m-%d %H:%M} UTC"},
                _("Run `cartera backup`, and set CARTERA_BACKUP_HOUR so that the worker makes one every day."),
            )
        )
    seen = f"{whole.started_at:%Y-%m-%d %H:%M} UTC" if whole else _("no backup yet")
    return Area("backups", seen, tuple(findings))


def _never_backed_up(now: datetime) -> Iterator[Finding]:
    first = Happening.objects.aggregate(at=Min("at"))["at"]
    settled = first is not None and now - first > SETTLING_IN and not _is_a_demonstration()
    tell = fault if settled else advice
    yield tell(
        _("There is no backup yet."),
        _("Run `cartera backup --to FOLDER` on another disk, and set CARTERA_BACKUP_HOUR and CARTERA_BACKUPS."),
    )


def _is_a_demonstration() -> bool:
    try:
        return Run.objects.filter(kind=Run.Kind.DEMO).exists() or clock.institution().pinned_date is not None
    except NotFound:
        return False


def _interrupted() -> Iterator[Finding]:
    for run in Run.objects.filter(state=Run.State.RUNNING, kind__in=ONE_AT_A_TIME).order_by("-id")[:5]:
        try:
            with alone(ONE_AT_A_TIME[Run.Kind(run.kind)]):
                pass
        except AlreadyRunning:
            continue
        yield fault(
            _("“%(title)s” was interrupted and nobody goes on with it.") % {"title": run.title},
            _("Start the same command again: it goes on where it stopped."),
        )


def _failed_night() -> Iterator[Finding]:
    last = _last(Run.Kind.NIGHT, replay=False)
    if last and last.state == Run.State.FAILED:
        yield fault(
            _("The night of %(day)s failed: %(why)s") % {"day": last.on_date, "why": last.error},
            _("Mend what it says and run `cartera nightly --date %(day)s`: what was done is not done again.")
            % {"day": last.on_date},
        )


def _last(kind: str, **more: object) -> Run | None:
    return Run.objects.filter(kind=kind, **more).order_by("-id").first()


def _silent_since(now: datetime) -> datetime | None:
    """When the worker should have begun something and did not: the schedule's turns are moved on by whoever works."""
    due: datetime | None = Schedule.objects.aggregate(at=Min("next_run"))["at"]
    return due if due is not None and now - due > WORKER_SILENT else None
