"""What an installation had set before there was a rulebook is in force after the upgrade."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cartera.events.settings import LEADS, SILENCE
from cartera.rulebook.queries import rulings, value_of
from tests.conftest import TODAY

BEFORE = [("events", "0004_run_down_and_silence"), ("rulebook", "0001_what_was_set")]


@pytest.mark.row("Y15", "E4")
def test_lead_times_and_signals_stand_in_the_rulebook(bank: object):
    old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    old.get_model("events", "LeadTime").objects.update_or_create(
        line="deposit", defaults={"days_ahead": 41, "days_to_settle": 9}
    )
    old.get_model("events", "SignalRule").objects.update_or_create(
        kind="silence", defaults={"settings": {"grace_days": 23}}
    )
    import_module("cartera.events.migrations.0005_rules_go_to_the_rulebook").go_to_the_rulebook(old, None)
    rulings.forget()
    assert value_of(LEADS["deposit"].ahead, TODAY) == 41
    assert value_of(LEADS["deposit"].to_settle, TODAY) == 9
    assert value_of(SILENCE["grace_days"], TODAY) == 23
    assert value_of(SILENCE["least_talks"], TODAY) == SILENCE["least_talks"].default
