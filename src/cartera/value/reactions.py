"""What value does when two clients are merged: decisions about the tier go along; figures are computed anew at night."""

from __future__ import annotations

from cartera.clients.actions.carrying import carry, give_back
from cartera.kernel.recording import Recording
from cartera.value.models import TierOverride


def go_with_the_client(record: Recording) -> None:
    carry(record.result, TierOverride._base_manager.all())


def come_back(record: Recording) -> None:
    give_back(record.result, TierOverride)
