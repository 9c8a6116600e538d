"""How often somebody may ask: counts in fixed windows, shared by all web processes, at a few hundredths of a millisecond.

Counts are no business data: they live in a small SQLite file beside the database, which no transaction of the business
waits for, or in Redis where `REDIS_URL` names one and several machines share it. Who is counted is kept as a print.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings

_opened = threading.local()
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in so many seconds. `name` is how an answer's headers call it; `most` of 0 counts nothing."""

    name: str
    most: int
    seconds: int

    @classmethod
    def read(cls, name: str, text: str) -> Quota:
        """A quota as settings write it: `600/60` is 600 requests a minute, `0` or nothing is no limit.

        Raises ValueError for anything else.
        """
        most, _, seconds = (text or "0").partition("/")
        quota = cls(name, int(most), int(seconds or 60))
        if quota.most < 0 or quota.seconds < 1:
            raise ValueError(f"{text!r} is no quota")
        return quota


@dataclass(frozen=True, slots=True)
class Spent:
    """Where somebody stands: requests `left` in this window, which ends in so many seconds; `over` when it is too many."""

    quota: Quota
    left: int
    ends_in: int
    over: bool

    @property
    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), `Retry-After` (RFC 9110) when over."""
        told = {
            "RateLimit-Policy": f'"{self.quota.name}";q={self.quota.most};w={self.quota.seconds}',
            "RateLimit": f'"{self.quota.name}";r={self.left};t={self.ends_in}',
        }
        return told | ({"Retry-After": str(self.ends_in)} if self.over else {})


def spend(who: str, quota: Quota) -> Spent:
    """Count one request of somebody against a quota. Where counting fails, people can still work."""
    now = time.time()
    window = int(now // quota.seconds)
    ends_in = max(1, int((window + 1) * quota.seconds - now) + 1)
    if not quota.most:
        return Spent(quota, 0, ends_in, over=False)
    try:
        counted = _meter().count(_print(f"{quota.name}\n{who}"), window, quota.seconds)
    except (sqlite3.Error, OSError):
        log.exception("a request could not be counted, and is let through")
        counted = 1
    return Spent(quota, max(0, quota.most - counted), ends_in, over=counted > quota.most)


def forget_old_counts(*, days: int = 1) -> int:
    """Drop the counts of windows that are over for days; returns how many. Redis forgets by itself."""
    return _meter().forget(time.time() - days * 86_400)


class Meter(Protocol):
    """Counts a request of `who` in a window and says how many that makes."""

    def count(self, who: str, window: int, seconds: int) -> int: ...

    def forget(self, before: float) -> int: ...


class FileMeter:
    """One row each, in a SQLite file that all processes of a machine share. What a crash loses is a few counts."""

    def count(self, who: str, window: int, seconds: int) -> int:
        row = (
            _file()
            .execute(
                "INSERT INTO counted (who, starts, count) VALUES (?1, ?2, 1) ON CONFLICT (who) DO UPDATE SET"
                " count = CASE WHEN starts = ?2 THEN count + 1 ELSE 1 END, starts = ?2 RETURNING count",
                (who, window * seconds),
            )
            .fetchone()
        )
        return int(row[0])

    def forget(self, before: float) -> int:
        return _file().execute("DELETE FROM counted WHERE starts < ?", (int(before),)).rowcount


class RedisMeter:
    """A key for each window, which Redis lets expire."""

    def __init__(self, url: str) -> None:
        import redis  # noqa: PLC0415 - only installations with a Redis have its client

        self.redis = redis.Redis.from_url(url, socket_timeout=1)
        self.failure = redis.RedisError

    def count(self, who: str, window: int, seconds: int) -> int:
        key = f"cartera:limit:{who}:{window}"
        try:
            with self.redis.pipeline() as together:
                together.incr(key)
                together.expire(key, seconds + 1)
                return int(together.execute()[0])
        except self.failure as error:
            raise OSError("Redis does not count") from error

    def forget(self, before: float) -> int:
        return 0


def _meter() -> Meter:
    return _redis(settings.REDIS_URL) if settings.REDIS_URL else FileMeter()


@lru_cache(maxsize=1)
def _redis(url: str) -> RedisMeter:
    return RedisMeter(url)


def _print(who: str) -> str:
    return hashlib.blake2b(who.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()


def _file() -> sqlite3.Connection:
    """This thread's own connection, in autocommit: one statement is one short transaction."""
    place = Path(settings.CARTERA_HOME), os.getpid()
    if getattr(_opened, "place", None) != place:
        _opened.file, _opened.place = _open(place[0]), place
    file: sqlite3.Connection = _opened.file
    return file


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    file = sqlite3.connect(folder / "limits.sqlite3", timeout=5, isolation_level=None)
    file.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        "CREATE TABLE IF NOT EXISTS counted (who TEXT PRIMARY KEY, starts INTEGER, count INTEGER) WITHOUT ROWID;"
    )
    return file
