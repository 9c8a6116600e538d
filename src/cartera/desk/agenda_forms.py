"""The priors of the agenda as a manager reads and writes them: groups of figures, each with a sentence of what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from cartera.agenda.priors import PPM, Priors
from cartera.clients.models import Channel, Tier
from cartera.clock.queries import today
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.events.models import Event
from cartera.products.models import Line

SHARE, TIMES, PLAIN = PPM // 100, PPM, 1
"""How many parts of what is kept make one of what is written: per cent, multiples, the number itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of each row: its key in the data, its heading, how it is written and its bounds as written."""

    key: str
    label: LazyText
    parts: int
    least: Decimal | int = 0
    most: Decimal | int = 100


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures in rows and columns. `path` says where one stands in the data: of the row, the column or both."""

    title: LazyText
    says: LazyText
    rows: Sequence[tuple[str, LazyText | str]]
    columns: Sequence[Column]
    by_column: bool = False
    within: str = ""

    def name(self, row: str, column: str) -> str:
        return f"{column}-{row}" if self.by_column else f"{self.within}-{row}-{column}"


@dataclass(frozen=True, slots=True)
class Single:
    """One figure with its sentence."""

    column: Column
    says: LazyText


GRIDS: Sequence[Grid] = (
    Grid(
        _("When a promise is broken"),
        _(
            "How much likelier a client of each tier leaves in the year after a broken promise, and "
            "what the institution's word is worth, in minutes of the person's time."
        ),
        [(tier, _("Tier %(tier)s")) for tier in Tier.values],
        (
            Column("leaving_ppm", _("Leaves, %"), SHARE),
            Column("word_minutes", _("The word, minutes"), PLAIN, 0, 480),
        ),
        by_column=True,
    ),
    Grid(
        _("When something matures"),
        _(
            "Of a hundred that mature, how many are renewed with a contact in time and without any; in "
            "time is so many days before."
        ),
        [(line.value, line.label) for line in Line],
        (
            Column("contacted_ppm", _("With a contact, %"), SHARE),
            Column("alone_ppm", _("Without one, %"), SHARE),
            Column("lead_days", _("In time, days before"), PLAIN, 0, 120),
        ),
        within="renewals",
    ),
    Grid(
        _("When a client's own past is a signal"),
        _(
            "Of a hundred clients with a signal, how many leave when they are contacted at once and "
            "when nobody does; after so many days a contact changes nothing any more."
        ),
        [(kind.value, kind.label) for kind in (Event.Kind.RUN_DOWN, Event.Kind.SILENCE)],
        (
            Column("contacted_ppm", _("With a contact, %"), SHARE),
            Column("alone_ppm", _("Without one, %"), SHARE),
            Column("fades_in", _("Fades in, days"), PLAIN, 1, 365),
        ),
        within="signals",
    ),
    Grid(
        _("Who answers"),
        _("Of a hundred contacts in each channel, how many are answered. A client's own history outweighs it."),
        [
            (channel.value, channel.label)
            for channel in (
                Channel.PHONE,
                Channel.VIDEO,
                Channel.FACE_TO_FACE,
                Channel.MESSAGE,
                Channel.EMAIL,
                Channel.LETTER,
            )
        ],
        (Column("morning", _("Morning, %"), SHARE), Column("afternoon", _("Afternoon, %"), SHARE)),
        within="answers_ppm",
    ),
)

SINGLES: Sequence[Single] = (
    Single(
        Column("said_ppm", _("What somebody said aloud, times"), TIMES, 1, 10),
        _("A promise that a person gave weighs so many times one of the service model."),
    ),
    Single(
        Column("crowding_ppm", _("Lost by the last day of the term, %"), SHARE),
        _(
            "Of the worth of a promise, what has gone when it is left to its last day: so "
            "that not everything waits until then."
        ),
    ),
    Single(
        Column("first_late_ppm", _("Lost a day after it was due, %"), SHARE),
        _(
            "Of the worth of a promise, what has gone with the first day of lateness. The "
            "rest goes until it counts as broken."
        ),
    ),
    Single(
        Column("answers_weight", _("Attempts until a client's history counts as much"), PLAIN, 1, 50),
        _("With fewer attempts the usual share of the channel weighs more."),
    ),
    Single(
        Column("minutes_for_each_other", _("Minutes for each further reason"), PLAIN, 0, 60),
        _("One contact carries all of a client's reasons: the longest takes its time, each other one so much more."),
    ),
    Single(
        Column("spacing_days", _("Working days between two contacts"), PLAIN, 1, 30),
        _("After a contact a client is left in peace for so many days, unless something was promised for then."),
    ),
    Single(
        Column("most_face_to_face", _("Visits a day, at most"), PLAIN, 0, 12),
        _("More would not leave time for the way."),
    ),
    Single(
        Column("reserve_ppm", _("Kept free for what nobody foresees, %"), SHARE, 0, 80),
        _("Of each half day, what the plan does not promise away."),
    ),
    Single(
        Column("moved_minutes", _("Moving a contact costs, minutes"), PLAIN, 0, 60),
        _("A plan that people know changes only where it pays more than these minutes."),
    ),
    Single(
        Column("horizon_days", _("Working days of a plan"), PLAIN, 5, 12),
        _("How far ahead the day of each person is planned."),
    ),
)


def names() -> Iterator[tuple[str, Column]]:
    """Every figure by the name of its field."""
    for grid in GRIDS:
        for row, _label in grid.rows:
            for column in grid.columns:
                yield grid.name(row, column.key), column
    for single in SINGLES:
        yield single.column.key, single.column


class PolicyForm(RefusableForm):
    """A new version of the priors. `after` is the last version that its author saw."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    effective_from = day_field(label=_("In force from"))
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why, for those who come after.")}
    )

    def __init__(self, *args: Any, needs_reason: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = needs_reason
        for grid in GRIDS:
            for row, label in grid.rows:
                for column in grid.columns:
                    said = f"{str(label) % {'tier': row}}: {column.label}"
                    self.fields[grid.name(row, column.key)] = _figure(column, said)
        for single in SINGLES:
            self.fields[single.column.key] = _figure(single.column, single.column.label, single.says)

    def grids(self) -> Iterator[tuple[Grid, list[tuple[str, list[forms.BoundField]]]]]:
        """The groups with their fields, row by row."""
        for grid in GRIDS:
            yield (
                grid,
                [
                    (str(label) % {"tier": row}, [self[grid.name(row, column.key)] for column in grid.columns])
                    for row, label in grid.rows
                ],
            )

    def pairs(self) -> list[list[forms.BoundField]]:
        """The single figures, two by two."""
        fields = [self[single.column.key] for single in SINGLES]
        return [fields[first : first + 2] for first in range(0, len(fields), 2)]

    @property
    def priors(self) -> dict[str, Any]:
        """What is typed, as the policy holds it."""
        data: dict[str, Any] = {}
        for name, column in names():
            *path, last = _place(name)
            inner = data
            for key in path:
                inner = inner.setdefault(key, {})
            inner[last] = int(self.cleaned_data[name] * column.parts)
        for by_tier in (data["leaving_ppm"], data["word_minutes"]):
            by_tier[""] = by_tier[Tier.C]  # who has no tier yet is taken for one in the middle
        return data


def written(priors: Priors, last: int) -> dict[str, Any]:
    """Priors as the form begins with them, in force from today."""
    data = priors.to_data()
    begun = {name: as_written(data, name, column) for name, column in names()}
    return {"after": last, "effective_from": today(), **begun}


def as_written(data: Mapping[str, Any], name: str, column: Column) -> str:
    """One figure of the data as a person writes it."""
    value: Any = data
    for key in _place(name):
        value = value[key]
    number = Decimal(value) / column.parts
    return f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize():f}"


def _place(name: str) -> list[str]:
    return name.split("-")


def _figure(column: Column, label: Any, says: Any = "") -> forms.Field:
    if column.parts == PLAIN:
        return forms.IntegerField(label=label, min_value=int(column.least), max_value=int(column.most), help_text=says)
    return forms.DecimalField(
        label=label, min_value=column.least, max_value=column.most, max_digits=6, decimal_places=2, help_text=says
    )
