"""What is asked of somebody who saves a list, opens another's client, hands clients over or renews an exception."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.clients.models import Occasion, Tier
from cartera.clients.settings import ACCESS_DAYS
from cartera.clock import queries as clock
from cartera.clock.rules import WorkingCalendar
from cartera.desk import formats
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.desk.models import SavedView, Screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.actor import Actor
from cartera.rulebook.queries import value_of
from cartera.team.models import Staff
from cartera.team.queries import colleagues

SOON = timedelta(minutes=15)
TODAY, LONGEST = "today", "longest"


class SaveForm(RefusableForm):
    """A name for the list as it stands."""

    screen = forms.ChoiceField(choices=Screen.choices, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the list a name.")},
    )


class ListForm(RefusableForm):
    """One of the own lists of clients, or a name for a new one."""

    view = forms.ModelChoiceField(
        label=gettext_lazy("One of your lists"),
        queryset=SavedView.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new list"),
    )
    name = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=60, required=False)

    def __init__(self, *args: object, lists: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["view"].queryset = lists  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if not data.get("view") and not data.get("name") and not self.errors:
            self.add_error("name", _("Give the list a name."))
        return data


class HandOverForm(RefusableForm):
    """To whom the ticked clients go, and why."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("To"),
        queryset=Staff.objects.none(),
        empty_label=gettext_lazy("Choose an adviser"),
        error_messages={"required": gettext_lazy("Choose an adviser.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )

    def __init__(self, *args: object, actor: Actor, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["to"].queryset = colleagues(actor=actor)  # type: ignore[attr-defined]


class RenewForm(RefusableForm):
    """The decision made again."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), widget=forms.RadioSelect, choices=Tier.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why it goes on"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )
    expires_on = day_field(
        label=gettext_lazy("Until"), help_text=gettext_lazy("From this day on the policy decides again.")
    )


class AccessForm(RefusableForm):
    """Why somebody opens a client of another book, what for, and until when."""

    occasion = forms.ChoiceField(
        label=gettext_lazy("Reason"), widget=forms.RadioSelect, choices=Occasion.choices, initial=Occasion.HERE
    )
    purpose = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("For example: asks for a certificate")}),
        error_messages={"required": gettext_lazy("Say what for: it stays on record.")},
    )
    until_at = forms.ChoiceField(label=gettext_lazy("For how long"), widget=forms.RadioSelect, initial=TODAY)

    def __init__(self, *args: object, calendar: WorkingCalendar, now: datetime, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.ends = ends_of_access(now, calendar)
        today = self.ends[TODAY].astimezone(calendar.zone)
        said, days = formats.clock(today), value_of(ACCESS_DAYS)
        self.fields["until_at"].choices = [  # type: ignore[attr-defined]
            (TODAY, _("Today until %(hour)s") % {"hour": said}),
            (
                LONGEST,
                ngettext("%(n)d day, until %(day)s", "%(n)d days, until %(day)s", days)
                % {"n": days, "day": formats.day(_local_day(self.ends[LONGEST]), today.date(), reader())},
            ),
        ]

    def clean_until_at(self) -> datetime:
        return self.ends[self.cleaned_data["until_at"]]


def ends_of_access(now: datetime, calendar: WorkingCalendar) -> dict[str, datetime]:
    """The instants offered: when the place closes today, or midnight where that is past; and as long as it may last."""
    local = now.astimezone(calendar.zone)
    shifts = calendar.intervals_on(local.date())
    closes = shifts[-1].end if shifts else now
    midnight = datetime.combine(local.date(), time(23, 59), tzinfo=calendar.zone)
    today = closes if closes - now >= SOON else max(midnight, now + SOON)
    return {TODAY: today, LONGEST: now + timedelta(days=value_of(ACCESS_DAYS)) - timedelta(seconds=1)}


def _local_day(instant: datetime) -> date:
    return instant.astimezone(clock.here()).date()
