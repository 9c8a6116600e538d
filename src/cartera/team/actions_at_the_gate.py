"""Tries at the gate: counted by who is tried and from where, known or not, so that no answer tells who works here.

Nobody is signed in yet, so nobody acts: these are counts, not records, and hold no name and no address, only their print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac

from cartera.team.models import GateTries

MOST = 10
"""Tries that fail before one has to wait."""

WINDOW = timedelta(minutes=15)
"""How long tries are counted together, and how long one waits after the last of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left after a try: further tries, or minutes to wait when this one was refused."""

    left: int
    wait_minutes: int = 0

    @property
    def refused(self) -> bool:
        return self.wait_minutes > 0


def try_the_gate(door: str, name: str, address: str, *, now: datetime) -> Standing:
    """Count a try before it is made, so that many at once are counted too; refused once `MOST` are used up."""
    with transaction.atomic():
        tries, _ = GateTries.objects.select_for_update().get_or_create(
            who=_print(door, name, address), defaults={"first_at": now, "last_at": now}
        )
        free_at = (tries.last_at if tries.count >= MOST else tries.first_at) + WINDOW
        if now >= free_at:
            tries.count, tries.first_at = 0, now
        elif tries.count >= MOST:
            return Standing(0, max(1, ceil((free_at - now) / timedelta(minutes=1))))
        tries.count, tries.last_at = tries.count + 1, now
        tries.save(update_fields=["count", "first_at", "last_at"])
        return Standing(MOST - tries.count)


def forget_tries(door: str, name: str, address: str) -> None:
    """Somebody got in: what they tried before does not count any more."""
    GateTries.objects.filter(who=_print(door, name, address)).delete()


def forget_old_tries(*, now: datetime) -> int:
    """Drop the counts that hold nobody up any more; returns how many."""
    return GateTries.objects.filter(last_at__lte=now - WINDOW).delete()[0]


def _print(door: str, name: str, address: str) -> str:
    return salted_hmac("cartera.gate", f"{door}\n{name.casefold()}\n{address}", algorithm="sha256").hexdigest()
