"""Editing a record that somebody else may edit at the same time: nothing typed is lost, and both versions are shown.

A form carries the version that it began from and what stood in each field then, so that it knows what its person
changed. When the edits cross, what only the other one changed is taken over, what this one typed stays in its field, and
a table shows the field as it was, as it is now and as it was typed. Saving again decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.fields import tell
from cartera.desk.screens import redirect_with_toast
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.kernel.queries import last_change_of
from cartera.kernel.records import Record

R = TypeVar("R", bound=Record)
NOTHING = "–"


class EditForm(forms.Form):
    """A form that edits a record: it knows its version and which of its fields were changed by its person."""

    VERSION = "version"
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != self.VERSION

    @property
    def edits(self) -> dict[str, Any]:
        """What was changed, by field; empty when nothing was."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != self.VERSION}


@dataclass(frozen=True, slots=True)
class CrossedField:
    """One field of two edits that crossed, in words: as it was, as it is now, as it was typed. `kept` is "mine" or "theirs"."""

    label: str
    id: str
    before: str
    theirs: str
    mine: str
    kept: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Both versions of a record, and who saved first."""

    fields: Sequence[CrossedField]
    by: Happening | None


Make = Callable[[QueryDict | None, Mapping[str, Any]], EditForm]


def edit(
    request: HttpRequest,
    *,
    record: R,
    begun: Callable[[R], dict[str, Any]],
    make: Make,
    act: Callable[[EditForm], Record],
    template: str,
    shown: Mapping[str, Any],
    said: str,
    to: str,
) -> HttpResponse:
    """Show the form of a record, or save it: `begun` gives its fields, `make` the form, `act` saves what was changed."""
    form = make(request.POST if request.method == "POST" else None, _initial(record, begun))
    crossing, status = None, 200
    if form.is_valid():
        try:
            act(form)
        except Conflict as conflict:
            form, crossing = _both_versions(request.POST, form, conflict, begun, make)
            status = 409
        except (Invalid, InvalidTransition) as refusal:
            tell(form, refusal)
        else:
            return redirect_with_toast(request, said, to=to)
    if form.errors:
        status = 422
    return render(request, template, {**shown, "form": form, "crossing": crossing, "record": record}, status=status)


def _initial(record: R, begun: Callable[[R], dict[str, Any]]) -> dict[str, Any]:
    return {**begun(record), EditForm.VERSION: record.version}


def _both_versions(
    typed: QueryDict, form: EditForm, conflict: Conflict, begun: Callable[[R], dict[str, Any]], make: Make
) -> tuple[EditForm, Crossing]:
    theirs: R = conflict.context["theirs"].__class__._base_manager.get(pk=conflict.context["theirs"].pk)
    now, mine = begun(theirs), set(form.changed_data) - {EditForm.VERSION}
    fields = []
    again = typed.copy()
    again[EditForm.VERSION] = str(theirs.version)
    standing = make(None, _initial(theirs, begun))
    for name in (name for name in form.fields if name != EditForm.VERSION):
        bound, stands = form[name], standing[name]
        before = _base(typed, bound)
        changed_by_them = _plain(before) != _plain(now.get(name))
        if name not in mine:
            _put(again, bound.html_name, stands)
        _put(again, bound.html_initial_name, stands)
        if changed_by_them or name in mine:
            fields.append(
                CrossedField(
                    label=str(bound.label),
                    id=bound.id_for_label or str(bound.auto_id),
                    before=_said(bound, before),
                    theirs=_said(bound, now.get(name)),
                    mine=_said(bound, form.cleaned_data.get(name)),
                    kept="mine" if name in mine else "theirs",
                )
            )
    return make(again, _initial(theirs, begun)), Crossing(fields, last_change_of(theirs))


def _base(typed: QueryDict, bound: BoundField) -> Any:
    """What stood in a field when the edit began, as the form carried it."""
    try:
        return bound.field.to_python(
            bound.field.hidden_widget().value_from_datadict(typed, MultiValueDict(), bound.html_initial_name)
        )
    except ValidationError:
        return None


def _put(again: QueryDict, name: str, stands: BoundField) -> None:
    value = stands.field.prepare_value(stands.initial)
    if value is None:
        again[name] = ""
    else:
        again[name] = stands.field.widget.format_value(value) if isinstance(value, date) else str(value)


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value) or None


def _said(bound: BoundField, value: Any) -> str:
    """A value as a person reads it."""
    if value in (None, ""):
        return NOTHING
    if isinstance(value, Record):
        return str(value)
    if isinstance(value, datetime):
        return formats.stamp(value.astimezone(clock.here()), reader())
    if isinstance(value, date):
        return formats.long_day(value, reader())
    if isinstance(bound.field, forms.ModelChoiceField):
        return (
            str(bound.field.queryset.filter(pk=value).first() or NOTHING)
            if bound.field.queryset is not None
            else NOTHING
        )
    if isinstance(bound.field, forms.ChoiceField):
        return str(dict(bound.field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)
