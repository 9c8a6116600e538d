"""Making an installation's folder and bringing its database up to date."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy

from cartera.kernel.errors import CarteraError
from cartera.kernel.jobs import schedule


class OutOfDate(CarteraError):
    status = 409
    code = "out-of-date"
    title = gettext_lazy("The database is not up to date with this version: run `cartera init` first.")


SCHEDULE = {
    "Errands left behind": ("kernel.sweep_errands", 1),
    "Webhooks": ("webhooks.sweep", 1),
    "Seals of the audit trail": ("kernel.seal_days", 60),
    "Backup": ("backup.run_if_due", 15),
    "Calendars that come in": ("calendars.read", 15),
    "Night": ("night.run_if_due", 15),
    "Sessions that expired": ("installation.tidy", 24 * 60),
}
"""What workers do by themselves: the job, and every how many minutes."""


def prepare() -> None:
    """Make the folders, apply the migrations that are missing, plan the periodic work; does nothing when all is there."""
    folders = ((settings.CARTERA_HOME, 0o750), (settings.CARTERA_KEYS, 0o700), (settings.FILE_UPLOAD_TEMP_DIR, 0o750))
    for folder, mode in folders:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for alias in settings.DATABASES:
        if missing_migrations(alias):
            call_command("migrate", database=alias, verbosity=0, interactive=False)
    for title, (job, minutes) in SCHEDULE.items():
        schedule(title, job, minutes=minutes)


def missing_migrations(alias: str = "default") -> list[str]:
    """The migrations that this version has and a database does not, as "app.name"."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def require_migrated() -> None:
    """Raise OutOfDate when the database is not the one that this version works with."""
    if missing_migrations():
        raise OutOfDate()
