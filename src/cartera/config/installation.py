"""Making an installation's folder and bringing its database up to date."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from cartera.kernel.jobs import schedule

SCHEDULE = {
    "Errands left behind": ("kernel.sweep_errands", 1),
    "Night": ("night.run_if_due", 15),
    "Sessions that expired": ("installation.tidy", 24 * 60),
}
"""What workers do by themselves: the job, and every how many minutes."""


def prepare() -> None:
    """Make the folders, apply the migrations that are missing, plan the periodic work; does nothing when all is there."""
    for folder, mode in ((settings.CARTERA_HOME, 0o750), (settings.CARTERA_KEYS, 0o700)):
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for alias in settings.DATABASES:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, verbosity=0, interactive=False)
    for title, (job, minutes) in SCHEDULE.items():
        schedule(title, job, minutes=minutes)
