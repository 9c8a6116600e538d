"""Two years of contacts: more with the wealthy, steadily where we served well, seldom and at their asking where we did not."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from cartera.intake.demo import sayings
from cartera.intake.demo.blueprint import Blueprint, Floats, Ints, Rng, pick, pick_among
from cartera.intake.demo.calendar import CLOSES, OPENS, Calendar, instants
from cartera.intake.demo.staff import Team
from cartera.intake.demo.wishes import CHANNELS, EMAIL, LETTER, MESSAGE, PHONE, window_minutes

PURPOSES = ("touch", "review", "service", "renewal", "sale", "welcome")
TOUCH, REVIEW, SERVICE, RENEWAL, SALE, WELCOME = range(len(PURPOSES))
OUTCOMES = ("talked", "no_answer", "left_message", "sent")
TALKED, NO_ANSWER, LEFT_MESSAGE, SENT = range(len(OUTCOMES))

# Contacts a year by level A to D: ours, as the service models promise them, and the client's own.
_OURS = np.array([14.0, 7.5, 5.0, 2.0])
_THEIRS = np.array([7.0, 4.5, 2.6, 1.3])
# Purposes of ours by level, and of theirs; columns as in PURPOSES.
_OUR_PURPOSES = np.array(
    [[46, 24, 8, 12, 10, 0], [50, 17, 8, 12, 13, 0], [60, 10, 8, 9, 13, 0], [70, 2, 10, 5, 13, 0]], dtype=np.float64
)
_THEIR_PURPOSES = np.array([[4, 0, 82, 6, 8, 0]], dtype=np.float64)
# Channels by purpose, before the client's liking is added; columns as in CHANNELS.
_CHANNELS = np.array(
    [
        [1, 18, 24, 48, 3, 6], [0, 0, 0, 40, 18, 42], [0, 16, 22, 52, 2, 8],
        [1, 20, 14, 52, 4, 9], [0, 14, 14, 48, 8, 16], [0, 10, 12, 56, 4, 18],
    ],
    dtype=np.float64,
)  # fmt: skip
# Typical minutes by channel; a review takes half as long again, and an hour face to face.
_MINUTES = np.array([8.0, 6.0, 4.0, 10.0, 22.0, 38.0])


def talk(blueprint: Blueprint, roll: pl.DataFrame, habit: pl.DataFrame, team: Team) -> pl.DataFrame:
    """The loader's interactions without their key, with `row` of the client and `day` and `minute` (local) beside them."""
    rng = blueprint.draws("contacts")
    calendar = Calendar(blueprint.history_from - timedelta(days=7), blueprint.today)
    level = roll["level"].replace_strict({"A": 0, "B": 1, "C": 2, "D": 3}, return_dtype=pl.Int64).to_numpy()
    patience = habit["patience"].to_numpy()
    first, last = _served(blueprint, roll, calendar)
    years = (last - first + 1).clip(0) / 250
    ours = rng.poisson(_OURS[level] * years * (0.35 + 0.8 * patience))
    theirs = rng.poisson(_THEIRS[level] * years * (1.35 - 0.5 * patience))
    adviser, agent = _who(roll, team)
    out = _contacts(rng, roll, habit, np.repeat(np.arange(roll.height), ours), first, last, out=True)
    inward = _contacts(rng, roll, habit, np.repeat(np.arange(roll.height), theirs), first, last, out=False)
    both = pl.concat([_welcomed(out, roll, blueprint), inward])
    row, incoming = both["row"].to_numpy(), (both["direction"] == "in").to_numpy()
    by_agent = incoming & (rng.random(row.size) < 0.55)
    staff = np.where(by_agent, agent[row], adviser[row])
    day = calendar.days[both["position"].to_numpy()]
    return both.with_columns(
        client=roll["key"].gather(row),
        staff=pl.Series(team.frame["key"]).gather(staff),
        day=pl.Series(day).cast(pl.Date),
        happened_at=instants(day, both["minute"].to_numpy()),
        said=_said(rng, both, roll, patience),
    ).drop("position")


def _served(blueprint: Blueprint, roll: pl.DataFrame, calendar: Calendar) -> tuple[Ints, Ints]:
    """Positions of the first and the last working day on which each client could be contacted: from adulthood to yesterday."""
    begin = np.maximum(roll["since"].to_numpy(), np.datetime64(blueprint.history_from, "D")).astype("datetime64[D]")
    end = roll["until"].fill_null(blueprint.today).to_numpy().astype("datetime64[D]")
    adult = (
        roll["birth_date"].fill_null(blueprint.today - timedelta(days=20_000)).to_numpy().astype("datetime64[D]")
        + 18 * 365
    )
    return calendar.at_or_after(np.maximum(begin, adult)), calendar.before(
        np.minimum(end, np.datetime64(blueprint.today, "D"))
    )


def _who(roll: pl.DataFrame, team: Team) -> tuple[Ints, Ints]:
    """Positions in the team of each client's adviser and of the agent of its region."""
    position = {key: row for row, key in enumerate(team.frame["key"])}
    adviser = roll["adviser"].replace_strict(position, return_dtype=pl.Int64).to_numpy()
    agents = {region.rpartition("-")[2]: position[key] for region, key in team.agents.items()}
    return adviser, roll["region"].str.to_lowercase().replace_strict(agents, return_dtype=pl.Int64).to_numpy()


def _contacts(
    rng: Rng, roll: pl.DataFrame, habit: pl.DataFrame, row: Ints, first: Ints, last: Ints, *, out: bool
) -> pl.DataFrame:
    level = roll["level"].replace_strict({"A": 0, "B": 1, "C": 2, "D": 3}, return_dtype=pl.Int64).to_numpy()[row]
    likes, window = habit["likes"].to_numpy()[row], habit["window"].to_numpy()[row]
    purpose = (
        pick_among(rng, _OUR_PURPOSES, level)
        if out
        else pick_among(rng, _THEIR_PURPOSES, np.zeros(row.size, dtype=np.int64))
    )
    channel = _channel(rng, purpose, likes, out=out)
    minute, in_window = _hour(rng, window, out=out)
    outcome = _outcome(rng, channel, in_window, out=out)
    return pl.DataFrame(
        {
            "row": row,
            "position": _spread(rng, row, first, last, habit["patience"].to_numpy() if out else None),
            "minute": minute,
            "channel": pl.Series(CHANNELS).gather(channel),
            "direction": pl.Series(["in", "out"]).gather(np.full(row.size, int(out))),
            "purpose": pl.Series(PURPOSES).gather(purpose),
            "outcome": pl.Series(OUTCOMES).gather(outcome),
            "minutes": _minutes(rng, channel, purpose, outcome),
            "counts_as_touchpoint": out & np.isin(outcome, (TALKED, SENT)),
        }
    )


def _spread(rng: Rng, row: Ints, first: Ints, last: Ints, patience: Floats | None) -> Ints:
    """Working days for the contacts of each client (rows in order): evenly where we served well, else early and then silence."""
    count = np.bincount(row, minlength=first.size)
    turn = np.arange(row.size) - (np.cumsum(count) - count)[row]
    even = (turn + rng.random(row.size)) / count[row].clip(1)
    fading = 1.0 if patience is None else np.where(patience < 0.45, 1.7, 1.0)[row]
    return np.asarray(first[row] + (even**fading * (last - first + 1)[row]).astype(np.int64))


def _channel(rng: Rng, purpose: Ints, likes: Ints, *, out: bool) -> Ints:
    """Four in ten of ours, and six in ten of theirs, go through the channel that the client likes, if the purpose allows it."""
    usual = pick_among(rng, _CHANNELS, purpose)
    allowed = _CHANNELS[purpose, likes] > 0
    return np.where(allowed & (rng.random(purpose.size) < (0.4 if out else 0.6)), likes, usual)


def _hour(rng: Rng, window: Ints, *, out: bool) -> tuple[Ints, np.ndarray]:
    """A minute of the day, and whether it lies in the hours in which the client answers."""
    start, end = window_minutes(window)
    knows = rng.random(window.size) < (0.55 if out else 0.7)
    inside = start + (rng.random(window.size) * (end - start)).astype(np.int64)
    morning = rng.random(window.size) < 0.56
    low, high = np.where(morning, OPENS, 14 * 60), np.where(morning, 13 * 60, CLOSES)
    anywhere = low + (rng.random(window.size) * (high - low)).astype(np.int64)
    minute = np.where(knows, inside, anywhere)
    return minute, (minute >= start) & (minute < end)


def _outcome(rng: Rng, channel: Ints, in_window: np.ndarray, *, out: bool) -> Ints:
    written = np.isin(channel, (LETTER, EMAIL)) | ((channel == MESSAGE) & (rng.random(channel.size) < 0.6))
    if not out:
        return np.where(written & (channel != MESSAGE), SENT, TALKED)
    answers = rng.random(channel.size) < np.where(in_window, 0.82, 0.47)
    message = rng.random(channel.size) < 0.35
    missed = (channel == PHONE) & ~answers
    return np.select([written, missed & message, missed], [SENT, LEFT_MESSAGE, NO_ANSWER], TALKED)


def _minutes(rng: Rng, channel: Ints, purpose: Ints, outcome: Ints) -> Ints:
    usual = _MINUTES[channel] * np.where(purpose == REVIEW, 1.5, 1.0)
    lasted = np.rint(usual * rng.lognormal(0, 0.3, channel.size)).clip(2, 120)
    return np.where(np.isin(outcome, (NO_ANSWER, LEFT_MESSAGE)), rng.integers(1, 4, channel.size), lasted).astype(
        np.int64
    )


def _welcomed(out: pl.DataFrame, roll: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    """The first of our contacts with somebody who came within the two years was the welcome, by telephone."""
    new = (roll["since"] > blueprint.history_from).gather(out["row"])
    first = pl.lit(new) & (pl.col("row") != pl.col("row").shift(1, fill_value=-1))
    welcome = {
        "purpose": PURPOSES[WELCOME],
        "outcome": OUTCOMES[TALKED],
        "channel": CHANNELS[PHONE],
        "counts_as_touchpoint": True,
    }
    return out.with_columns(
        pl.when(first).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in welcome.items()
    )


def _said(rng: Rng, contacts: pl.DataFrame, roll: pl.DataFrame, patience: Floats) -> pl.Series:
    """What the client said, where we talked and somebody wrote it down; the badly served complain when they call."""
    row, size = contacts["row"].to_numpy(), contacts.height
    company = pl.Series((roll["kind"] == "company").to_numpy()[row])
    words = pick(rng, ("",), size)
    for purpose in PURPOSES:
        theirs, ours = pick(rng, sayings.PERSON[purpose], size), pick(rng, sayings.COMPANY[purpose], size)
        chosen = pl.when(company).then(ours).otherwise(theirs)
        words = pl.select(pl.when(contacts["purpose"] == purpose).then(chosen).otherwise(words)).to_series()
    incoming = contacts["direction"] == "in"
    upset = incoming & pl.Series(rng.random(size) > patience[row] + 0.18)
    written = (contacts["outcome"] == OUTCOMES[TALKED]) & (incoming | pl.Series(rng.random(size) < 0.55))
    angry = pick(rng, sayings.UPSET, size)
    return pl.select(
        pl.when(written).then(pl.when(upset).then(words + " " + angry).otherwise(words)).otherwise(pl.lit(""))
    ).to_series()


def numbered(contacts: pl.DataFrame) -> pl.DataFrame:
    """Contacts in the order of time, with their keys."""
    ordered = contacts.sort("happened_at", "client", "channel", "purpose", maintain_order=True)
    return ordered.with_columns(key="I" + pl.int_range(1, pl.len() + 1, dtype=pl.Int64).cast(pl.String).str.zfill(8))
