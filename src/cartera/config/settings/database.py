"""SQLite in WAL mode by default, PostgreSQL by `DATABASE_URL`; the queue of jobs has a SQLite file of its own."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from cartera.config.settings.home import CARTERA_HOME


def sqlite(name: str) -> dict[str, Any]:
    """A file of the installation. It is not mapped into memory: that saves 0.005 ms a query, and at 100,000 clients each of
    a web process's four threads would hold the file once more, 915 MiB in all."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(CARTERA_HOME / name),
        "CONN_MAX_AGE": 3600,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 3600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database(url: str) -> dict[str, Any]:
    """The server that a URL names; without one, the file in CARTERA_HOME. Anything else is a mistake, and says so."""
    if not url:
        return sqlite("cartera.sqlite3")
    if urlsplit(url).scheme in ("postgres", "postgresql"):
        return postgresql(url)
    raise ImproperlyConfigured("DATABASE_URL begins with postgresql://, or is left out for the file in CARTERA_HOME.")


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["queue"] = sqlite("queue.sqlite3")
    DATABASE_ROUTERS = ["cartera.config.routers.QueueRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

__all__ = ["DATABASES", "DEFAULT_AUTO_FIELD"] + (["DATABASE_ROUTERS"] if "queue" in DATABASES else [])
