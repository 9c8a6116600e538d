"""Fields that several forms share: an instant on the institution's clock, a term in one tap, a tap with an icon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.templatetags.cartera import icon, reader
from cartera.kernel.errors import CarteraError, Invalid
from cartera.promises.rules import Term, When

OTHER = "other"
Terms = Callable[[], Sequence[Term]]


class LocalInstantField(forms.Field):
    """A date and an hour as the institution's clock shows them; its value is an aware datetime."""

    default_error_messages = {
        "invalid": gettext_lazy("That is not a date and an hour. Write them like 2026-06-18 10:00.")
    }

    def __init__(self, **options: Any) -> None:
        picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": picker, **options})

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return read if read.tzinfo else read.replace(tzinfo=clock.zone())

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(clock.zone()).replace(tzinfo=None) if isinstance(value, datetime) else value


class TermField(forms.ChoiceField):
    """An instant among those offered, or "other". One that was offered a while ago is still understood."""

    widget = forms.RadioSelect
    default_error_messages = {"invalid_choice": gettext_lazy("Choose by when.")}

    def valid_value(self, value: str) -> bool:
        return value == OTHER or _instant(value) is not None

    def offer(self, terms: Terms, now: datetime) -> None:
        """Show these terms, named as a person says them, and "another date" after them. They are asked for when shown."""

        def named() -> list[tuple[str, str]]:
            zone = clock.zone()
            near = [(term.due_at.isoformat(), term_in_words(term, now, zone)) for term in terms()]
            return [*near, (OTHER, with_icon("calendar", _("Another date")))]

        self.choices = named


class TermForm(forms.Form):
    """A form that asks by when, in one tap or with a date and an hour. After cleaning, `due_at` is that instant or None."""

    by = TermField(label=gettext_lazy("By when"), required=False)
    by_other = LocalInstantField(label=gettext_lazy("Date and hour"), required=False)

    def __init__(self, *args: Any, terms: Terms, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        offered = self.fields["by"]
        assert isinstance(offered, TermField)
        known = cache(terms)
        offered.offer(known, now)
        self.initial.setdefault("by", lambda: next((term.due_at.isoformat() for term in known()), OTHER))

    def clean_due_at(self) -> datetime | None:
        """The instant that was chosen, None for none; says what is wrong at the field that it is about."""
        chosen = self.cleaned_data.get("by")
        if chosen == OTHER:
            due_at: datetime | None = self.cleaned_data.get("by_other")
            if due_at is None and "by_other" not in self.errors:
                self.add_error("by_other", _("Write the date and the hour."))
        else:
            due_at = _instant(chosen)
        if due_at is not None and due_at <= self.now:
            said = formats.moment(due_at.astimezone(clock.zone()), self.now.astimezone(clock.zone()).date(), reader())
            self.add_error(
                "by_other" if chosen == OTHER else "by",
                _("%(moment)s has passed already. Choose an instant from now on.") % {"moment": said.capitalize()},
            )
        return due_at


def tell(form: forms.Form, refusal: CarteraError) -> None:
    """Say what an action refused: at the field that it is about when the form has it, above the form otherwise."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    for name, words in fields.items():
        shown = "by" if name in ("due_at", "new_due_at") else name
        form.add_error(shown if shown in form.fields else None, [str(word) for word in words])
    if not fields:
        form.add_error(None, str(refusal.detail))


def term_in_words(term: Term, now: datetime, zone: ZoneInfo) -> str:
    """ "Hoy 17:00", "Mañana", "Jueves", "Mar 23 jun": as short as a chip allows."""
    due, today, words = term.due_at.astimezone(zone), now.astimezone(zone).date(), reader()
    away = (due.date() - today).days
    if away == 0:
        text = formats.moment(due, today, words)
    elif term.when == When.IN_A_WEEK or away > 6:
        text = formats.day(due.date(), today, words)
    else:
        text = words.near_days.get(away) or words.weekdays[due.weekday()]
    return text[:1].upper() + text[1:]


def with_icon(name: str, text: str) -> SafeString:
    """The label of a chip: an icon before its word."""
    return format_html("{}{}", icon(name, "s"), text)


def _instant(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return read if read.tzinfo else None
