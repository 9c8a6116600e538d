"""The geometry of the small drawings that the server makes: bars, rings, strips. Values in, SVG attributes out.

Every coordinate is already text with a full stop, so that no locale can turn "12.5" into "12,5" on its way to the page.
A `tone` names a fill of the style sheet: kept, due, late, broken, paused, ink, work, soft, track, a, b, c, d.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import pi


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a horizontal bar, in per cent of its width."""

    x: str
    width: str
    tone: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A share of a whole, with the goal it is held against, if any."""

    width: str
    tone: str
    goal: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """What was promised against what is available, on a scale shared with its neighbours."""

    available: str
    within: str
    beyond: str
    over: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Something that takes time of a day: minutes after midnight, and a tone."""

    start: int
    minutes: int
    tone: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word under a drawing; `minor` ones are left out where it is narrow."""

    x: str
    text: str
    minor: bool


@dataclass(frozen=True, slots=True)
class DayStrip:
    """A working day as one bar, with what does not fit beside it on the same scale."""

    width: str
    spans: tuple[Span, ...]
    hours: tuple[Label, ...]
    overflow: Span | None
    overflow_label: str
    now: str | None


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One day's column in a box of 40 by 54: available, promised within it, promised beyond it."""

    available_y: str
    available_height: str
    within_y: str
    within_height: str
    beyond_y: str
    beyond_height: str
    over: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """One segment of a ring, as a dash of its circle."""

    dash: str
    offset: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through values and the place of its last point."""

    points: str
    last_x: str
    last_y: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in user units, with the class that fills it."""

    x: str
    y: str
    width: str
    height: str
    tone: str


GAP = 0.8
WIDEST_OVERFLOW = 1 / 3
BETWEEN_BLOCKS = 0.12
NEAR_GOAL = 0.01
COLUMN_TOP, COLUMN_BOTTOM = 2.0, 54.0


def figure(value: float) -> str:
    """A coordinate to two decimals, without the zeros that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def per_cent(share: float) -> str:
    """A share as an SVG length, held between 0 % and 100 %."""
    return f"{figure(100 * min(1.0, max(0.0, share)))}%"


def progress(share: float, goal: float | None = None, tone: str = "") -> Progress:
    """A share, held against a goal if there is one: green at the goal, amber within a point of it, red below."""
    judged = "kept" if goal is None or share >= goal else "late" if share >= goal - NEAR_GOAL else "broken"
    return Progress(width=per_cent(share), tone=tone or judged, goal=None if goal is None else per_cent(goal))


def stacked(parts: Iterable[tuple[float, str]], total: float) -> tuple[Span, ...]:
    """Parts laid end to end over a whole; parts of nothing are left out."""
    spans, start = [], 0.0
    for size, tone in parts:
        if size > 0 and total > 0:
            spans.append(Span(per_cent(start / total), per_cent(size / total), tone))
            start += size
    return tuple(spans)


def load(promised: int, available: int, scale: int) -> Load:
    """Minutes promised and available over the most minutes that any neighbour shows; `scale` must be positive."""
    return Load(
        available=per_cent(available / scale),
        within=per_cent(min(promised, available) / scale),
        beyond=per_cent(max(0, promised - available) / scale),
        over=promised > available,
    )


def day_strip(
    *, opens: int, closes: int, blocks: Iterable[Block], overflow: int = 0, now: int | None = None
) -> DayStrip:
    """A day between two minutes after midnight; `overflow` are the minutes promised that found no place.

    The overflow keeps the scale of the day until it would take a third of the drawing; from there it is cut.
    """
    length = closes - opens
    shown = min(WIDEST_OVERFLOW, overflow / (length + overflow)) if overflow else 0.0
    day_width = (100 - GAP) * (1 - shown) if overflow else 100.0

    def place(minute: float) -> float:
        return (min(closes, max(opens, minute)) - opens) / length * day_width

    return DayStrip(
        width=f"{figure(day_width)}%",
        spans=tuple(_block(block, place(block.start), place(block.start + block.minutes)) for block in blocks),
        hours=_hours(opens, closes, place),
        overflow=Span(f"{figure(day_width + GAP)}%", f"{figure(100 - GAP - day_width)}%", "broken")
        if overflow
        else None,
        overflow_label=f"{figure((day_width + GAP + 100) / 2)}%",
        now=f"{figure(place(now))}%" if now is not None and opens <= now <= closes else None,
    )


def week(days: Sequence[tuple[int, int]]) -> tuple[WeekBar, ...]:
    """Columns of (promised, available) minutes on one scale, the largest of them all."""
    most = max((max(pair) for pair in days), default=0) or 1
    return tuple(_column(promised, available, (COLUMN_BOTTOM - COLUMN_TOP) / most) for promised, available in days)


def ring(tones: Sequence[str], radius: float = 54.0, gap: float = 4.0) -> tuple[Arc, ...]:
    """A circle in equal segments, one for each tone, from the top onward with the clock."""
    around = 2 * pi * radius
    step = around / len(tones) if tones else around
    dash = f"{figure(step - gap)} {figure(around)}"
    return tuple(Arc(dash, figure(-(gap / 2 + index * step)), tone) for index, tone in enumerate(tones))


def part_of_circle(share: float, radius: float = 8.0) -> str:
    """The dash of a circle that shows a share between 0 and 1."""
    around = 2 * pi * radius
    return f"{figure(around * min(1.0, max(0.0, share)))} {figure(around)}"


def sparkline(values: Sequence[float], width: float = 120.0, height: float = 24.0) -> Line:
    """A line through at least one value, the least at the foot and the greatest at the head."""
    least, most = min(values), max(values)
    spread = (most - least) or 1
    step = width / max(1, len(values) - 1)
    points = [(index * step, height - (value - least) / spread * height) for index, value in enumerate(values)]
    last_x, last_y = points[-1]
    return Line(" ".join(f"{figure(x)},{figure(y)}" for x, y in points), figure(last_x), figure(last_y))


def columns(
    values: Sequence[float],
    *,
    width: float = 312.0,
    height: float = 56.0,
    most: float | None = None,
    tone: str = "soft",
) -> tuple[Box, ...]:
    """Upright bars over a foot line; `most` shares one scale between several series."""
    top = most if most is not None else max(values, default=0)
    step = width / len(values) if values else width
    tall = [0.0 if top <= 0 else max(0.0, value) / top * height for value in values]
    return tuple(
        Box(figure(index * step), figure(height - bar), figure(step * 0.76), figure(bar), tone)
        for index, bar in enumerate(tall)
    )


def heat(
    rows: Sequence[Sequence[float]], *, width: float = 284.0, row: float = 16.0, gap: float = 2.0
) -> tuple[Box, ...]:
    """Cells shaded in five steps, `h0` for nothing to `h4` for the greatest of all."""
    most = max((value for cells in rows for value in cells), default=0)
    return tuple(
        Box(
            x=figure(index * width / len(cells)),
            y=figure(line * (row + gap + 1)),
            width=figure(width / len(cells) - gap),
            height=figure(row),
            tone=_shade(value, most),
        )
        for line, cells in enumerate(rows)
        for index, value in enumerate(cells)
    )


def _shade(value: float, most: float) -> str:
    if value <= 0 or most <= 0:
        return "h0"
    return f"h{min(4, 1 + int(value / most * 4 - 1e-9))}"


def _block(block: Block, start: float, end: float) -> Span:
    return Span(f"{figure(start)}%", f"{figure(max(0.0, end - start - BETWEEN_BLOCKS))}%", block.tone)


def _hours(opens: int, closes: int, place: Callable[[float], float]) -> tuple[Label, ...]:
    whole = range(-(-(opens + 20) // 60) * 60, closes - 19, 60)
    return tuple(
        Label(f"{figure(place(minute))}%", f"{minute // 60:02d}:00", minor=bool(index % 2))
        for index, minute in enumerate(whole)
    )


def _column(promised: int, available: int, unit: float) -> WeekBar:
    within, beyond = min(promised, available) * unit, max(0, promised - available) * unit
    return WeekBar(
        available_y=figure(COLUMN_BOTTOM - available * unit),
        available_height=figure(available * unit),
        within_y=figure(COLUMN_BOTTOM - within),
        within_height=figure(within),
        beyond_y=figure(COLUMN_BOTTOM - within - beyond),
        beyond_height=figure(beyond),
        over=promised > available,
    )
