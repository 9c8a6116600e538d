"""The audit chain: whatever is done to a sealed day, a check finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cartera.kernel import seals
from cartera.kernel.models import Happening, Seal
from cartera.kernel.seals import Break, Flaw
from tests.own_database import db, template_database

__all__ = ["db", "template_database"]

pytestmark = [pytest.mark.row("Y7"), pytest.mark.usefixtures("db")]

MONDAY = date(2026, 6, 15)
TUESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 3, 4))


def happening(day: date, hour: int = 12, **values: Any) -> Happening:
    values = {"name": "x", "actor_kind": "staff", "actor_name": "Ana", "subject_kind": "", "rows": 1} | values
    made = Happening.objects.create(**values)
    with unguarded():
        Happening.objects.filter(pk=made.pk).update(at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
    return made


class unguarded:
    """What somebody with the database in hand can do: put the triggers away, and back."""

    def __enter__(self) -> None:
        self._turn("DISABLE")

    def __exit__(self, *_: object) -> None:
        self._turn("ENABLE")

    def _turn(self, verb: str) -> None:
        with connection.cursor() as cursor:
            for table in ("happening", "seal"):
                if connection.vendor == "postgresql":
                    cursor.execute(f"ALTER TABLE kernel_{table} {verb} TRIGGER USER")
                    continue
                for deed in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
                    if verb == "ENABLE":
                        cursor.execute(
                            f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON kernel_{table} "
                            "BEGIN SELECT RAISE(ABORT, 'a happening is never changed nor deleted'); END"
                        )


@pytest.fixture
def sealed() -> dict[str, Happening]:
    """Monday and Tuesday with happenings, Wednesday with none, Thursday with one that is not over."""
    made = {"first": happening(MONDAY), "second": happening(MONDAY, 13), "third": happening(TUESDAY)}
    happening(THURSDAY, facts={"b": 1.0, "a": "ñ"}, sealed=b"\x00\x01")
    assert seals._seal_until(datetime(2026, 6, 18, 23, tzinfo=UTC)) == 3
    return made


class TestADay:
    def test_is_sealed_once_it_is_over_and_the_days_between_too(self, sealed):
        assert list(Seal.objects.order_by("day").values_list("day", "happenings")) == [
            (MONDAY, 2),
            (TUESDAY, 1),
            (TUESDAY + timedelta(days=1), 0),
        ]
        assert seals._seal_until(datetime(2026, 6, 18, 23, tzinfo=UTC)) == 0
        assert seals._seal_until(datetime(2026, 6, 19, tzinfo=UTC)) == 1

    def test_waits_for_its_margin(self, sealed):
        begin = datetime(2026, 6, 19, tzinfo=UTC)
        assert seals.days_unsealed(begin + seals.MARGIN - timedelta(seconds=1)) == 0
        assert seals.days_unsealed(begin + seals.MARGIN) == 1

    def test_is_sealed_by_one_at_a_time_and_up_to_now(self, sealed):
        assert seals.seal_days() > 100
        assert seals.seal_days() == 0
        assert list(seals.breaks()) == []

    def test_without_anything_has_no_seal(self):
        assert seals.seal_days() == 0


class TestAWholeChain:
    def test_has_no_breaks(self, sealed):
        assert list(seals.breaks()) == []

    def test_is_guarded(self, sealed):
        assert seals.missing_guards() == ()
        with pytest.raises(DatabaseError), transaction.atomic():
            Seal.objects.update(hash="0")
        with pytest.raises(DatabaseError), transaction.atomic():
            Seal.objects.all().delete()


Tamper = Callable[[dict[str, Happening]], Any]


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (
            lambda made: Happening.objects.filter(pk=made["first"].pk).update(actor_name="Beto"),
            Break(MONDAY, Flaw.CHANGED, 2, 2),
        ),
        (
            lambda made: Happening.objects.filter(pk=made["second"].pk).update(facts={"reason": "y"}),
            Break(MONDAY, Flaw.CHANGED, 2, 2),
        ),
        (lambda made: made["third"].delete(), Break(TUESDAY, Flaw.REMOVED, 1, 0)),
        (lambda made: happening(TUESDAY, 1), Break(TUESDAY, Flaw.INSERTED, 1, 2)),
        (
            lambda made: happening(MONDAY - timedelta(days=3)),
            Break(MONDAY - timedelta(days=1), Flaw.INSERTED, 0, 1),
        ),
        (lambda made: Seal.objects.filter(day=TUESDAY).delete(), Break(TUESDAY, Flaw.SEAL_MISSING)),
    ],
)
def test_what_was_done_to_a_sealed_day_is_found(sealed, tamper: Tamper, found: Break):
    with unguarded():
        tamper(sealed)
    assert found in list(seals.breaks())


def test_a_seal_that_is_made_anew_breaks_the_next_and_differs_from_what_was_kept(sealed):
    kept = dict(Seal.objects.values_list("day", "hash"))
    with unguarded():
        Happening.objects.filter(pk=sealed["third"].pk).update(rows=9)
        count, forged = seals._of_day(TUESDAY, kept[MONDAY])
        Seal.objects.filter(day=TUESDAY).update(hash=forged, happenings=count)
    assert [found.day for found in seals.breaks()] == [TUESDAY + timedelta(days=1)]
    assert list(seals.differs_from(kept)) == [Break(TUESDAY, Flaw.SEAL_DIFFERS)]
    assert list(seals.differs_from({FRIDAY: "0"})) == [Break(FRIDAY, Flaw.SEAL_MISSING)]


def test_a_guard_that_was_put_away_is_missed(sealed):
    with unguarded():
        assert set(seals.missing_guards()) >= {"happening_no_update"} or "happening_no_change" in seals.missing_guards()
