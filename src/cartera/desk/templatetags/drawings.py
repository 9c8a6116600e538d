"""The small drawings of the screens as template tags. Each takes a `label` with its finding; without one it is decoration."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from cartera.desk.drawing import Arc, Box, DayStrip, Line, Load, Span, WeekBar, figure, progress

register = template.Library()


@register.inclusion_tag("drawings/progress.html")
def progress_bar(share: float, goal: float | None = None, tone: str = "", label: str = "") -> dict[str, object]:
    """A share as a bar; against a goal it is green, amber within a point of it, or red."""
    return {"bar": progress(share, goal, tone), "label": label}


@register.inclusion_tag("drawings/spans.html")
def span_bar(spans: Sequence[Span], height: int = 6, label: str = "") -> dict[str, object]:
    return {"spans": spans, "height": height, "label": label}


@register.inclusion_tag("drawings/load.html")
def load_bar(load: Load, label: str = "") -> dict[str, object]:
    return {"load": load, "label": label}


@register.inclusion_tag("drawings/day.html")
def day_bar(strip: DayStrip, label: str) -> dict[str, object]:
    return {"strip": strip, "label": label}


@register.inclusion_tag("drawings/week.html")
def week_bar(bar: WeekBar, label: str) -> dict[str, object]:
    return {"bar": bar, "label": label}


@register.inclusion_tag("drawings/ring.html")
def ring(arcs: Sequence[Arc], figure: str, caption: str, label: str) -> dict[str, object]:
    """Segments around a figure, as the contacts of a service agreement."""
    return {"arcs": arcs, "figure": figure, "caption": caption, "label": label}


@register.inclusion_tag("drawings/line.html")
def sparkline(line: Line, label: str, width: int = 120, height: int = 24) -> dict[str, object]:
    return {"line": line, "label": label, "width": width, "height": height}


@register.inclusion_tag("drawings/boxes.html")
def boxes(
    found: Sequence[Box],
    label: str,
    width: int = 312,
    height: int = 56,
    rounding: int = 2,
    names: Sequence[str] = (),
    feet: Sequence[str] = (),
) -> dict[str, object]:
    """Columns or heat cells. `names` stand at the left, one a row of heat; `feet` under them, one a column."""
    named = [(name, 19 * index + 12) for index, name in enumerate(names)]
    heat_width = width - 28
    footed = [(foot, figure((index + 0.5) * heat_width / len(feet))) for index, foot in enumerate(feet)]
    return {
        "boxes": found, "label": label, "width": width, "height": height, "rounding": rounding, "names": named,
        "shift": 28 if named else 0, "feet": footed, "foot_y": 19 * len(names) + 12,
    }  # fmt: skip
