"""The audit chain: a seal a day over the happenings as they are stored, each over the seal of the day before.

Whoever changes, removes or slips in a happening of a sealed day breaks its seal; whoever makes that seal anew breaks all
that follow, and those that somebody outside keeps. A day is one of UTC, by the instant of its happenings. It is sealed
once it is over and a margin has passed, so that what was written at its end has been committed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.db import connection, connections, transaction
from django.db.models import Min

from cartera.kernel import canonical
from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning
from cartera.kernel.jobs import job
from cartera.kernel.models import Happening, Seal

MARGIN = timedelta(hours=2)
FIRST = "0" * 64
"""What stands for the seal before the first."""

SEALED = (
    *("id", "at", "name", "actor_kind", "actor_id", "actor_name", "subject_kind", "subject_id", "client_id", "facts"),
    *("sealed", "rows", "request_id", "because_of_id", "undoes_id"),
)
"""The columns that a seal covers. A column that comes later is no part of the old seals: it needs a new kind of seal."""

GUARDS = {
    "sqlite": ("happening_no_update", "happening_no_delete", "seal_no_update", "seal_no_delete"),
    "postgresql": ("happening_no_change", "happening_no_truncate", "seal_no_change", "seal_no_truncate"),
}
"""The triggers that keep happenings and seals final."""


class Flaw(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL_MISSING = "seal missing"
    SEAL_DIFFERS = "seal differs"


@dataclass(frozen=True, slots=True)
class Break:
    """A day whose happenings, or whose seal, are not what they were; `sealed` and `found` count happenings."""

    day: date
    flaw: Flaw
    sealed: int = 0
    found: int = 0


@job("kernel.seal_days")
def seal_days() -> int:
    """Seal the days that are over, those that were missed too; returns how many. Nothing when somebody is at it."""
    try:
        with alone("seal"):
            return _seal_until(datetime.now(UTC) - MARGIN)
    except AlreadyRunning:
        return 0


def days_unsealed(now: datetime) -> int:
    """How many days are over and wait for their seal."""
    return len(list(_days_to_seal(now - MARGIN)))


def breaks() -> Iterator[Break]:
    """Every day that is not what was sealed. Reads all happenings once."""
    previous: Seal | None = None
    for seal in Seal.objects.order_by("day"):
        if previous is None:
            if before := Happening.objects.filter(at__lt=_begin(seal.day)).count():
                yield Break(seal.day - timedelta(days=1), Flaw.INSERTED, 0, before)
        else:
            missing = previous.day + timedelta(days=1)
            while missing < seal.day:
                yield Break(missing, Flaw.SEAL_MISSING)
                missing += timedelta(days=1)
        found, print_ = _of_day(seal.day, previous.hash if previous else FIRST)
        if print_ != seal.hash:
            yield Break(seal.day, _flaw(seal.happenings, found), seal.happenings, found)
        previous = seal


def differs_from(kept: dict[date, str]) -> Iterator[Break]:
    """The days for which this chain has another seal than the one that was kept outside, or none."""
    hashes = dict(Seal.objects.values_list("day", "hash"))
    for day, hash_ in sorted(kept.items()):
        if day not in hashes:
            yield Break(day, Flaw.SEAL_MISSING)
        elif hashes[day] != hash_:
            yield Break(day, Flaw.SEAL_DIFFERS)


def missing_guards() -> tuple[str, ...]:
    """The triggers that should forbid changes and are not there, or sleep."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return tuple(name for name in GUARDS[connection.vendor] if name not in there)


def _flaw(sealed: int, found: int) -> Flaw:
    if sealed == found:
        return Flaw.CHANGED
    return Flaw.REMOVED if found < sealed else Flaw.INSERTED


def _seal_until(instant: datetime) -> int:
    last = Seal.objects.order_by("-day").first()
    previous, sealed = last.hash if last else FIRST, 0
    for day in _days_to_seal(instant):
        with transaction.atomic():
            count, previous = _of_day(day, previous)
            Seal.objects.create(day=day, happenings=count, hash=previous, sealed_at=datetime.now(UTC))
        sealed += 1
    return sealed


def _days_to_seal(instant: datetime) -> Iterator[date]:
    """From the day after the last seal, or that of the first happening, to the last day that ended by the instant."""
    last = Seal.objects.order_by("-day").values_list("day", flat=True).first()
    first = Happening.objects.aggregate(at=Min("at"))["at"]
    if last is None and first is None:
        return
    day = last + timedelta(days=1) if last else first.astimezone(UTC).date()
    while _begin(day + timedelta(days=1)) <= instant:
        yield day
        day += timedelta(days=1)


def _of_day(day: date, previous: str) -> tuple[int, str]:
    """How many happenings a day has, and the SHA-256 of the seal before it, the day, its happenings and their number."""
    table = canonical.Table.of(Happening, SEALED)
    database = connections[connection.alias]
    between = [database.ops.adapt_datetimefield_value(_begin(day + timedelta(days=n))) for n in (0, 1)]
    digest, count = hashlib.sha256(f"cartera seal 1\n{previous}\n{day}\n".encode()), 0
    where = "at >= %s AND at < %s"
    for line in canonical.lines(table, database, where=where, given=between, order="at, id"):
        digest.update(line + b"\n")
        count += 1
    digest.update(str(count).encode())
    return count, digest.hexdigest()


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
