"""A connection to PostgreSQL is asked whether it lives when there is a reason to doubt it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.backends.postgresql import base as djangos

from cartera.config.postgresql.base import TRUSTED_SECONDS, DatabaseWrapper
from cartera.config.settings.database import postgresql


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What Django's own check answered, each time that it was made."""
    answers: list[bool] = []

    def check(self: Any) -> bool:
        answers.append(len(answers) < 2)
        return answers[-1]

    monkeypatch.setattr(djangos.DatabaseWrapper, "is_usable", check)
    return answers


def test_is_asked_again_after_seconds_or_an_error_only(asked: list[bool], monkeypatch: pytest.MonkeyPatch):
    connection = DatabaseWrapper({**postgresql("postgresql://u@h/d"), "TIME_ZONE": None}, "test")
    assert connection.is_usable()
    assert connection.is_usable()
    assert asked == [True]
    connection.answered_at -= TRUSTED_SECONDS
    assert connection.is_usable()
    assert asked == [True, True]
    connection.errors_occurred = True
    assert not connection.is_usable()
    connection.errors_occurred = False
    assert not connection.is_usable(), "what did not answer is asked each time"
