"""The connection to PostgreSQL. One that answered seconds ago is not asked again whether it would."""

from __future__ import annotations

import time
from typing import Any

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Checked before a request as Django does it, but at most every few seconds, and always after an error."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.answered_at = float("-inf")

    def is_usable(self) -> bool:
        now = time.monotonic()
        if not self.errors_occurred and now - self.answered_at < TRUSTED_SECONDS:
            return True
        usable = bool(super().is_usable())
        self.answered_at = now if usable else float("-inf")
        return usable
