"""On SQLite the queue lives in a file of its own, so that workers and web writers never wait for each other."""

from __future__ import annotations

from typing import Any


class QueueRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "queue" if model._meta.app_label == "django_q" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (db == "queue") == (app_label == "django_q")
