"""Jobs, their schedule and what went wrong, as a person reads them. A test fails when one has no words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

JOBS: Mapping[str, LazyText] = {
    "agenda.replan": gettext_lazy("Make somebody's plan anew"),
    "agenda.replan_after": gettext_lazy("Make a plan anew after what happened"),
    "agenda.replan_after_merge": gettext_lazy("Make plans anew after a merge"),
    "agenda.replan_people": gettext_lazy("Make the plans of several people anew"),
    "agenda.try_policy": gettext_lazy("Try other figures of the agenda"),
    "backup.run_if_due": gettext_lazy("Make the backup of the day"),
    "calendars.read": gettext_lazy("Read calendars that come in"),
    "calendars.read_one": gettext_lazy("Read one calendar"),
    "clients.find_duplicates": gettext_lazy("Look for duplicates"),
    "documents.draw": gettext_lazy("Draw the preview of a paper"),
    "installation.tidy": gettext_lazy("Clear away what is over"),
    "intake.load": gettext_lazy("Load an import"),
    "intake.load_mended": gettext_lazy("Load mended rows"),
    "intake.take_in": gettext_lazy("Recognise files that were brought"),
    "intake.try_out": gettext_lazy("Try an import"),
    "intake.undo": gettext_lazy("Undo a load"),
    "kernel.run_errand": gettext_lazy("Do what a happening asked for"),
    "kernel.seal_days": gettext_lazy("Seal the audit of past days"),
    "kernel.sweep_errands": gettext_lazy("Do what was left behind"),
    "night.run": gettext_lazy("Run the night"),
    "night.run_if_due": gettext_lazy("Run the night when its hour has come"),
    "service.try_model": gettext_lazy("Try a service model on the team"),
    "webhooks.deliver": gettext_lazy("Tell another system"),
    "webhooks.sweep": gettext_lazy("Tell other systems what happened"),
}

_ERRORS: Mapping[str, LazyText] = {
    "OperationalError": gettext_lazy("The database did not answer, or was busy for too long."),
    "IntegrityError": gettext_lazy("The database refused a row that does not fit the others."),
    "TimeoutException": gettext_lazy("It took longer than a job may take."),
    "TimeoutError": gettext_lazy("Another system did not answer in time."),
    "ConnectionError": gettext_lazy("Another system could not be reached."),
    "ConnectionRefusedError": gettext_lazy("Another system could not be reached."),
    "MemoryError": gettext_lazy("There was not enough memory."),
    "FileNotFoundError": gettext_lazy("A file that it needs is not there."),
    "PermissionError": gettext_lazy("A file may not be read or written."),
    "KeyError": gettext_lazy("This version knows no job of that name, or something that it needs is missing."),
    "DoesNotExist": gettext_lazy("What it was about is not there any more."),
    "Conflict": gettext_lazy("Somebody changed the same thing at the same time."),
    "NotPermitted": gettext_lazy("It may not do that."),
    "NotFound": gettext_lazy("What it was about is not there any more."),
    "AlreadyRunning": gettext_lazy("The same work is running already."),
}


def job_in_words(name: str) -> str:
    """A job as a person calls it; its own name when nobody has written words for it."""
    return str(JOBS.get(name, name))


def error_in_words(kind: str) -> str:
    """What went wrong, from the kind of the error; empty when nothing did."""
    if not kind:
        return ""
    return str(_ERRORS.get(kind.rpartition(".")[2], _("Something went wrong that nobody foresaw.")))


def every(minutes: int) -> str:
    """How often something is done."""
    if minutes % 1440 == 0:
        return _("once a day")
    if minutes == 60:
        return _("every hour")
    return _("every minute") if minutes == 1 else _("every %(n)d minutes") % {"n": minutes}
