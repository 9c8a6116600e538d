"""What was promised in contacts over the last year, what came of it, and what is still owed.

Each kept promise has the contact that kept it; a broken one has none. Due yesterday and still open is late today.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from cartera.intake.demo import sayings
from cartera.intake.demo.blueprint import Blueprint, Ints, Rng, pick
from cartera.intake.demo.calendar import CLOSES, Calendar, Days, instants
from cartera.intake.demo.wishes import CHANNELS
from cartera.intake.frames import INSTANT

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("origin_key", "client", "staff", "owed_by", "what", "channel", "purpose"), pl.String),
    "minutes": pl.Int64,
    **dict.fromkeys(("made_at", "opens_at", "due_at", "latest_at"), INSTANT),
    "state": pl.String,
    "closed_at": INSTANT,
    **dict.fromkeys(("made_in", "kept_by", "why_closed"), pl.String),
}

_SHARE, _SHARE_LATELY, _LATELY = 0.30, 0.80, 10
_AHEAD = np.array([1, 1, 2, 2, 3, 5, 7, 10])
_HOURS = np.array([10 * 60, 11 * 60 + 30, 12 * 60, 16 * 60, CLOSES])
_GRACE = 5
_STATES = ("kept", "late", "broken", "withdrawn", "promised")
_KEPT, _LATE, _BROKEN, _WITHDRAWN, _OPEN = range(len(_STATES))


def promise(
    blueprint: Blueprint, contacts: pl.DataFrame, patience: pl.Series, adviser: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Promises as SCHEMA, and the contacts that kept them, shaped as `contacts`.

    Neither contacts nor promises have keys yet: `made_in` is a position in `contacts`, `kept_by` one in the second frame
    (`named` gives the keys). `patience` and `adviser` go by row of the client.
    """
    rng = blueprint.draws("promises")
    calendar = Calendar(blueprint.today - timedelta(days=460), blueprint.today + timedelta(days=60))
    today = calendar.position(blueprint.today)
    made = _made(rng, contacts, calendar, today)
    size = made.height
    due_day = (
        calendar.at_or_after(made["day"].to_numpy().astype("datetime64[D]"))
        + _AHEAD[rng.integers(0, _AHEAD.size, size)]
    )
    due_minute = _HOURS[rng.integers(0, _HOURS.size, size)]
    state = _state(rng, due_day, today, patience.gather(made["row"]).to_numpy())
    theirs = rng.random(size) < 0.1
    closed_day, closed_minute = _closed(rng, made, calendar, due_day, due_minute, state)
    promised = made.select(
        "client", "purpose", made_at="happened_at", opens_at="happened_at", made_in="contact"
    ).with_columns(
        _worded(rng, made, theirs),
        staff=adviser.gather(made["row"]),
        owed_by=pl.Series(["us", "client"]).gather(theirs.astype(np.int64)),
        due_at=instants(calendar.days[due_day], due_minute),
        latest_at=instants(calendar.days[due_day + _GRACE], np.full(size, CLOSES)),
        state=pl.Series(_STATES).gather(state),
        closed_at=_only(state != _OPEN, instants(calendar.days[closed_day], closed_minute)),
        why_closed=_why(state),
    )
    kept = np.isin(state, (_KEPT, _LATE)) & ~theirs
    keeping = _keeping(rng, made, promised, kept, state, calendar.days[closed_day], closed_minute)
    order = pl.Series(np.cumsum(kept) - 1)
    return promised.with_columns(kept_by=_only(kept, order)), keeping


def named(promised: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Promises in the order in which they were made, with their keys and those of their contacts (found by `position`)."""
    keys = contacts.sort("position")["key"]
    ordered = promised.sort("made_at", "client", "what", "due_at", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).cast(pl.String).str.zfill(7)
    return ordered.with_columns(
        origin_key="demo:P" + number, made_in=keys.gather(ordered["made_in"]), kept_by=keys.gather(ordered["kept_by"])
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _made(rng: Rng, contacts: pl.DataFrame, calendar: Calendar, today: int) -> pl.DataFrame:
    """The contacts in which something was promised: talks of the last year about more than keeping in touch.

    Of the last days more is on record than of earlier ones, when only what mattered was written down.
    """
    about = contacts["purpose"].is_in(list(sayings.PROMISED)) & (contacts["outcome"] == "talked")
    day = contacts["day"].to_numpy().astype("datetime64[D]")
    share = np.where(day >= calendar.days[today - _LATELY], _SHARE_LATELY, _SHARE)
    chosen = np.flatnonzero(
        about.to_numpy() & (day >= calendar.days[today] - 365) & (rng.random(contacts.height) < share)
    )
    return contacts[chosen].with_columns(contact=pl.Series(chosen))


def _state(rng: Rng, due_day: Ints, today: int, patience: np.ndarray) -> Ints:
    """Kept by nine in ten, fewer where we serve badly; what fell due in the last days may still be open and late."""
    size = due_day.size
    fails = (1 - patience) * 0.20
    draw = rng.random(size)
    closed = np.select([draw < fails * 0.55, draw < fails, draw < fails + 0.02], [_BROKEN, _LATE, _WITHDRAWN], _KEPT)
    age = today - due_day
    # Nothing can be broken, or kept late, before its days of grace are over.
    closed = np.where((age <= _GRACE) & np.isin(closed, (_BROKEN, _LATE)), _OPEN, closed)
    late = (age > 0) & (age <= 3) & (rng.random(size) < 0.22)
    return np.where((age <= 0) | late, _OPEN, closed)


def _closed(
    rng: Rng, made: pl.DataFrame, calendar: Calendar, due_day: Ints, due_minute: Ints, state: Ints
) -> tuple[Ints, Ints]:
    """The position of the day and the minute at which each was closed; it means nothing for those that are open."""
    size = made.height
    begun = calendar.at_or_after(made["day"].to_numpy().astype("datetime64[D]"))
    on_time = np.maximum(begun, due_day - (rng.random(size) < 0.45) * rng.integers(0, 3, size))
    minute = np.where(on_time == due_day, due_minute - rng.integers(1, 60, size), 9 * 60 + rng.integers(0, 470, size))
    # Kept on the day it was made: a while after the talk.
    minute = np.where(on_time == begun, (made["minute"].to_numpy() + 40).clip(max=CLOSES + 60), minute)
    belated = due_day + rng.integers(1, _GRACE, size)
    day = np.select([state == _LATE, state == _BROKEN], [belated, due_day + _GRACE], on_time)
    return day, np.select(
        [state == _LATE, state == _BROKEN], [10 * 60 + rng.integers(0, 400, size), np.full(size, CLOSES)], minute
    )


def _worded(rng: Rng, made: pl.DataFrame, theirs: np.ndarray) -> list[pl.Series]:
    """What was promised, through which channel, how many minutes."""
    what, channel, minutes = (
        pick(rng, ("",), made.height),
        np.full(made.height, -1),
        np.zeros(made.height, dtype=np.int64),
    )
    for purpose, promised in sayings.PROMISED.items():
        here = (made["purpose"] == purpose).to_numpy()
        kind = rng.integers(0, len(promised), made.height)
        words = pl.Series([words for words, *_ in promised]).gather(kind)
        what = pl.select(pl.when(pl.Series(here)).then(words).otherwise(what)).to_series()
        channel = np.where(here, np.array([through for _, through, _ in promised])[kind], channel)
        minutes = np.where(here, np.array([long for *_, long in promised])[kind], minutes)
    owed = pick(rng, sayings.OWED_BY_CLIENT, made.height)
    what = pl.select(pl.when(pl.Series(theirs)).then(owed).otherwise(what)).to_series().alias("what")
    channel = np.where(theirs, -1, channel)
    return [
        what,
        pl.Series([*CHANNELS, ""]).gather(np.where(channel < 0, len(CHANNELS), channel)).alias("channel"),
        pl.Series("minutes", minutes),
    ]


def _why(state: Ints) -> pl.Series:
    return pl.Series(["", "", "", "El cliente ya no lo necesita", ""]).gather(state)


def _only(flags: np.ndarray, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(flags)).then(values).otherwise(None)).to_series()


def _keeping(
    rng: Rng, made: pl.DataFrame, promised: pl.DataFrame, kept: np.ndarray, state: Ints, day: Days, minute: Ints
) -> pl.DataFrame:
    """The contacts that kept promises, in the order of these."""
    where = np.flatnonzero(kept)
    late = state[where] == _LATE
    channel = promised["channel"].gather(where)
    written = channel.is_in(["letter", "email", "message"])
    talked = pick(rng, sayings.KEPT, where.size)
    words = pl.select(pl.when(pl.Series(late)).then(pick(rng, sayings.LATE, where.size)).otherwise(talked)).to_series()
    quiet = written | pl.Series(rng.random(where.size) < 0.25)
    return pl.DataFrame(
        {
            "row": made["row"].gather(where),
            "minute": minute[where],
            "channel": channel,
            "direction": pl.Series(["out"]).gather(np.zeros(where.size, dtype=np.int64)),
            "purpose": promised["purpose"].gather(where),
            "outcome": pl.select(pl.when(written).then(pl.lit("sent")).otherwise(pl.lit("talked"))).to_series(),
            "minutes": promised["minutes"].gather(where),
            "counts_as_touchpoint": np.ones(where.size, dtype=np.bool_),
            "client": promised["client"].gather(where),
            "staff": promised["staff"].gather(where),
            "day": pl.Series(day[where]).cast(pl.Date),
            "happened_at": promised["closed_at"].gather(where),
            "said": pl.select(pl.when(quiet).then(pl.lit("")).otherwise(words)).to_series(),
        }
    )
