"""What is asked of somebody who writes a service model: whom it serves, and its contacts, some among others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Channel, Tier
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.interactions.models import Purpose
from cartera.kernel.errors import Invalid
from cartera.service.actions import in_words
from cartera.service.models import ServiceModel
from cartera.service.rules import Flaw, ModelSpec, Problem, Touch, problems
from cartera.service.versions import Row, model_of, rows_of

PREFIX = "t"
FIELDS = ("name", "channel", "purpose", "minutes", "times_a_year", "within")
NEW_ROW: Mapping[str, Any] = {"channel": Channel.PHONE, "purpose": Purpose.TOUCH, "minutes": 15, "times_a_year": 4}
MOST_ROWS = 20
PURPOSES = (Purpose.TOUCH, Purpose.REVIEW, Purpose.SERVICE, Purpose.RENEWAL, Purpose.SALE, Purpose.WELCOME)
AT_FIELD = {
    Flaw.NEVER: "times_a_year",
    Flaw.NESTED_MORE_OFTEN: "times_a_year",
    Flaw.NO_TIME: "minutes",
    Flaw.TWICE: "name",
}


UNDRAWABLE = {Flaw.NESTED_MORE_OFTEN, Flaw.TOO_MANY, Flaw.NEVER}


class ModelForm(RefusableForm):
    """What a version is called, whom it serves and why it is written. `version` is the row that was read."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the model a name.")},
    )
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Tiers it serves"),
        choices=Tier.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    for_new = forms.BooleanField(label=gettext_lazy("New clients, in their first year"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For those who read it in a year."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def begun_with(model: ServiceModel) -> dict[str, Any]:
        """How the form begins: with what the version says."""
        return {
            "name": model.name,
            "tiers": list(model.tiers),
            "for_new": model.for_new,
            "why": model.why,
            "version": model.version,
        }

    @property
    def values(self) -> dict[str, Any]:
        """What `draft_model` and `change_draft` take beside the actor, the model and its contacts."""
        data = self.cleaned_data
        return {name: data[name] for name in ("name", "for_new", "why")} | {"tiers": "".join(data["tiers"])}


class TouchForm(forms.Form):
    """One contact of the year: how, what for, how long, how often, and among which other it counts."""

    name = forms.CharField(
        label=gettext_lazy("What the client is promised"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what is promised, in words that the client would recognise.")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=list(reversed(Channel.choices)))
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=[(one, one.label) for one in PURPOSES])
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=1,
        max_value=480,
        error_messages={
            "required": gettext_lazy("How many minutes does it take?"),
            "min_value": gettext_lazy("It takes at least a minute."),
            "max_value": gettext_lazy("A contact takes a working day at most: %(limit_value)s minutes."),
        },
    )
    times_a_year = forms.IntegerField(
        label=gettext_lazy("Times a year"),
        min_value=1,
        max_value=200,
        error_messages={
            "required": gettext_lazy("How many times a year?"),
            "min_value": gettext_lazy("It happens at least once a year."),
            "max_value": gettext_lazy("A year has working days for %(limit_value)s contacts at most."),
        },
    )
    within = forms.ChoiceField(label=gettext_lazy("Counts"), required=False)

    def offer(self, names: Sequence[str], mine: int) -> None:
        """Let it count by itself, or among any other contact of the list."""
        others = [
            (str(place), _("among “%(name)s”") % {"name": name}) for place, name in enumerate(names) if name.strip()
        ]
        choices = [("", _("by itself")), *(one for one in others if one[0] != str(mine))]
        self.fields["within"].choices = choices  # type: ignore[attr-defined]


class Sheet:
    """The contacts of a model as rows of forms: from a version, or from what was typed, which it keeps as it is."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], *, typed: bool) -> None:
        names = [str(row.get("name") or "") for row in rows]
        self.whole: list[str] = []
        self.forms: list[TouchForm] = []
        for place, row in enumerate(rows):
            prefix = f"{PREFIX}-{place}"
            data = {f"{prefix}-{field}": row.get(field, "") for field in FIELDS}
            form = TouchForm(data, prefix=prefix) if typed else TouchForm(initial=dict(row), prefix=prefix)
            form.offer(names, place)
            self.forms.append(form)

    @classmethod
    def of(cls, model: ModelSpec) -> Sheet:
        rows = [
            {
                "name": row.touch.name,
                "channel": row.touch.channel,
                "purpose": row.touch.purpose,
                "minutes": row.touch.minutes,
                "times_a_year": row.times_a_year,
                "within": "" if row.within is None else str(row.within),
            }
            for row in rows_of(model)
        ]
        return cls(rows, typed=False)

    @property
    def count(self) -> int:
        return len(self.forms)

    @property
    def may_grow(self) -> bool:
        return self.count < MOST_ROWS

    @property
    def errors(self) -> bool:
        return bool(self.whole) or any(form.errors for form in self.forms)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Where something has to be corrected: the field's id, and what it is called."""
        return [
            (str(form[name].id_for_label), f"{form['name'].value() or place}: {form[name].label}")
            for place, form in enumerate(self.forms, start=1)
            for name in form.errors
        ]

    def model(self) -> ModelSpec | None:
        """The model that was typed; None, with what is wrong said at its field, for one that could not be kept."""
        if [form for form in self.forms if not form.is_valid()]:
            return None
        try:
            model = model_of([_row(form.cleaned_data) for form in self.forms])
        except ValueError:
            self.whole.append(_("A contact cannot count among itself: look at what each one counts in."))
            return None
        flaws = problems(model)
        for flaw in flaws:
            self._tell(flaw)
        return None if flaws else model

    def drawn(self) -> ModelSpec:
        """As much of it as can be drawn while it is being typed; without its nesting where that does not add up."""
        rows = [_typed(form) for form in self.forms]
        there = [place for place, row in enumerate(rows) if row is not None]
        known = [row for row in rows if row is not None]
        moved = [replace(row, within=there.index(row.within) if row.within in there else None) for row in known]
        for attempt in (moved, [replace(row, within=None) for row in moved]):
            with suppress(ValueError):
                model = model_of(attempt)
                if not any(problem.flaw in UNDRAWABLE for problem in problems(model)):
                    return model
        return ModelSpec(())

    def _tell(self, problem: Problem) -> None:
        named = [form for form in self.forms if form.cleaned_data["name"] == problem.where]
        field = AT_FIELD.get(problem.flaw)
        if named and field:
            named[-1].add_error(field, in_words(problem))
        else:
            self.whole.append(in_words(problem))


def typed_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that a form sent, as they were typed, in their order."""
    places = sorted({int(part[1]) for name in data if (part := name.split("-"))[0] == PREFIX and _is_row(part)})
    return [{field: data.get(f"{PREFIX}-{place}-{field}", "") for field in FIELDS} for place in places[:MOST_ROWS]]


def with_row(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Another contact at the end."""
    return [*rows, dict(NEW_ROW)] if len(rows) < MOST_ROWS else list(rows)


def without_row(rows: Sequence[dict[str, Any]], place: int) -> list[dict[str, Any]]:
    """The rows without one; those that counted in it count where it did."""
    if not 0 <= place < len(rows):
        return list(rows)
    gone = rows[place]["within"]
    kept = []
    for row in (row for at, row in enumerate(rows) if at != place):
        within = gone if row["within"] == str(place) else row["within"]
        moved = str(int(within) - 1) if within.isdecimal() and int(within) > place else within
        kept.append({**row, "within": moved})
    return kept


def refusal_of(refusal: Invalid, form: ModelForm, sheet: Sheet) -> None:
    """Show what an action refused: of the contacts above their list, of the rest at its field."""
    sheet.whole += [str(word) for word in refusal.fields.get("touchpoints", ())]
    rest = {name: words for name, words in refusal.fields.items() if name != "touchpoints"}
    if rest or not refusal.fields:
        form.add_refusal(Invalid(str(refusal.detail), fields=rest) if rest else refusal)


class ActivateForm(RefusableForm):
    """From which day a version serves, and why."""

    from_day = day_field(label=gettext_lazy("From"), help_text=gettext_lazy("The night of that day goes over to it."))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


def _typed(form: TouchForm) -> Row | None:
    """A row as far as it is typed, None while it does not say how, how long and how often."""
    value = {name: str(form[name].value() or "").strip() for name in FIELDS}
    counts = [int(value[name]) if value[name].isdecimal() else 0 for name in ("minutes", "times_a_year")]
    if value["channel"] not in Channel.values or not all(counts):
        return None
    within = int(value["within"]) if value["within"].isdecimal() else None
    return Row(Touch(value["name"], value["channel"], value["purpose"], counts[0]), counts[1], within)


def _row(data: Mapping[str, Any]) -> Row:
    touch = Touch(data["name"].strip(), data["channel"], data["purpose"], data["minutes"])
    return Row(touch, data["times_a_year"], int(data["within"]) if data["within"] else None)


def _is_row(part: Sequence[str]) -> bool:
    return len(part) == 3 and part[1].isdecimal() and len(part[1]) < 4 and part[2] in FIELDS
