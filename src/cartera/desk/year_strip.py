"""The year of a service model as a drawing: twelve months, a line for each channel, a mark for each contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cartera.clients.models import Channel
from cartera.desk.drawing import figure
from cartera.interactions.models import WRITTEN, Purpose
from cartera.service.rules import ModelSpec, Touch, wheel

WIDTH, LEFT, TOP, LINE = 1120.0, 132.0, 41.0, 36.0
MONTH = (WIDTH - LEFT - 4) / 12
MOST_NUMBERED = 24
TONES = {"meeting": "a", "review": "b", "call": "c", "note": "work"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One contact: the middle of its mark, its shape (`meeting`, `review`, `call`, `note`), number and minutes.

    Where there are many it is a dot of the tone, without a number.
    """

    x: str
    y: str
    shape: str
    tone: str
    number: str
    minutes: str
    beside: str


@dataclass(frozen=True, slots=True)
class Named:
    """A word at a place of the drawing."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class YearStrip:
    """`quarters` are where the year's quarters begin, `foot` is where their lines end."""

    height: str
    foot: str
    months: Sequence[Named]
    lines: Sequence[Named]
    quarters: Sequence[str]
    marks: Sequence[Mark]


def year_strip(model: ModelSpec, months: Sequence[str]) -> YearStrip:
    """The contacts of a model at even distances over a year, as its wheel has them; `months` are twelve short names."""
    touches = wheel(model)
    channels = [channel for channel in reversed(Channel) if any(touch.channel == channel for touch in touches)]
    level = {channel.value: TOP + LINE * place for place, channel in enumerate(channels)}
    foot = TOP + LINE * (len(channels) - 1) + 21
    return YearStrip(
        height=figure(foot + 8),
        foot=figure(foot),
        months=[Named(figure(LEFT + MONTH * (place + 0.5)), name) for place, name in enumerate(months)],
        lines=[Named(figure(level[channel.value]), str(channel.label)) for channel in channels],
        quarters=[figure(LEFT + MONTH * 3 * quarter) for quarter in range(5)],
        marks=[_mark(place, touch, len(touches), level[touch.channel]) for place, touch in enumerate(touches)],
    )


def shape_of(channel: str, purpose: str) -> str:
    """What is written is a note; a review is a meeting when it is face to face; anything else is a call."""
    if channel in WRITTEN:
        return "note"
    if purpose != Purpose.REVIEW:
        return "call"
    return "meeting" if channel == Channel.FACE_TO_FACE else "review"


def _mark(place: int, touch: Touch, among: int, y: float) -> Mark:
    x = LEFT + MONTH * 12 * (place + 0.5) / among
    shape = shape_of(touch.channel, touch.purpose)
    numbered = among <= MOST_NUMBERED
    return Mark(
        x=figure(x),
        y=figure(y),
        shape=shape,
        tone=TONES[shape],
        number=str(place + 1) if numbered else "",
        minutes=f"{touch.minutes}'" if shape in ("meeting", "review") and numbered else "",
        beside=figure(x + 22),
    )
