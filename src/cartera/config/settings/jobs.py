"""The queue: django-q2 on the database, on Redis when `REDIS_URL` names one.

`CARTERA_NIGHT_HOUR` is the hour of the institution's clock from which on its workers run the night; empty for never.
`CARTERA_PROCESSES` is how many processes a step of the night may use; by default, as many as the machine has cores.
"""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from cartera.config.settings.database import DATABASES

CARTERA_PROCESSES = int(os.environ.get("CARTERA_PROCESSES", os.cpu_count() or 1))
CARTERA_JOBS = os.environ.get("CARTERA_JOBS", "queue")
REDIS_URL = os.environ.get("REDIS_URL", "")


def hour(text: str) -> int | None:
    """An hour of the day, 0 to 23; none when it is empty."""
    if not text:
        return None
    if text.isdecimal() and int(text) < 24:
        return int(text)
    raise ImproperlyConfigured(f"CARTERA_NIGHT_HOUR={text} is no hour: give 0 to 23, or nothing for never.")


CARTERA_NIGHT_HOUR = hour(os.environ.get("CARTERA_NIGHT_HOUR", "2"))

CARTERA_JOB_MODULES = ("cartera.agenda.jobs", "cartera.config.nightly", "cartera.config.tidying")

Q_CLUSTER: dict[str, Any] = {
    "name": "cartera",
    "workers": int(os.environ.get("CARTERA_WORKERS", "1")),
    "timeout": 1800,
    "retry": 3600,
    "max_attempts": 5,
    "poll": 0.5,
    "save_limit": 500,
    "catch_up": False,
    "label": "Cartera",
}
if REDIS_URL:
    Q_CLUSTER["redis"] = REDIS_URL
else:
    Q_CLUSTER["orm"] = "queue" if "queue" in DATABASES else "default"

__all__ = [
    "CARTERA_JOBS",
    "CARTERA_JOB_MODULES",
    "CARTERA_NIGHT_HOUR",
    "CARTERA_PROCESSES",
    "Q_CLUSTER",
    "REDIS_URL",
]
