"""What is asked of somebody who takes on a client, writes down its wishes, decides its tier or settles an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.actions.contact_points import Point
from cartera.clients.identifiers import kinds_of
from cartera.clients.models import Channel, ContactKind, Kind, Sex, Tier, Wishes
from cartera.clock.queries import institution
from cartera.desk.fields import TermForm
from cartera.desk.wishes_words import A_DAY, weekdays_of
from cartera.events.actions import MINUTES
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.service.rules import MOST_A_YEAR
from cartera.team.models import Role, Staff
from cartera.team.queries import advisers

IDENTIFIER_NAMES: dict[str, LazyText] = {
    "cedula": gettext_lazy("Identity card"),
    "passport": gettext_lazy("Passport"),
}
PASSPORT = "passport"


class RefusableForm(forms.Form):
    """A form that shows what an action refused, at the field that it is about."""

    def add_refusal(self, refusal: Invalid) -> None:
        for name, words in refusal.fields.items():
            self.add_error(name if name in self.fields else None, [str(word) for word in words])
        if not refusal.fields:
            self.add_error(None, str(refusal.detail))


def day_field(**options: Any) -> forms.DateField:
    """A day, written as the browser's own picker writes it."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=picker, input_formats=["%Y-%m-%d"], **options)


class NewClientForm(RefusableForm):
    """A person by its names, a company by its name; an identifier and a way to reach it when they are known."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who it is"),
        widget=forms.RadioSelect,
        choices=[(Kind.PERSON, gettext_lazy("A person")), (Kind.COMPANY, gettext_lazy("A company"))],
    )
    given_name = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=100,
        error_messages={"required": gettext_lazy("Write the given names.")},
    )
    surname = forms.CharField(
        label=gettext_lazy("Surname"), max_length=100, error_messages={"required": gettext_lazy("Write the surname.")}
    )
    second_surname = forms.CharField(label=gettext_lazy("Second surname"), max_length=100, required=False)
    name = forms.CharField(
        label=gettext_lazy("Name of the company"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name of the company.")},
    )
    identifier_kind = forms.ChoiceField(label=gettext_lazy("Kind of identifier"), required=False)
    identifier = forms.CharField(label=gettext_lazy("Identifier"), max_length=32, required=False)
    birth_date = day_field(label=gettext_lazy("Date of birth"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex.choices, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    adviser = forms.ModelChoiceField(label=gettext_lazy("Adviser"), queryset=Staff.objects.none(), required=False)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = (*kinds_of(institution().country), PASSPORT)
        names = [(kind, str(IDENTIFIER_NAMES.get(kind, kind.upper()))) for kind in kinds]
        self.fields["identifier_kind"].choices = names  # type: ignore[attr-defined]
        if self.is_bound:
            for part in ("given_name", "surname") if self["kind"].value() == Kind.COMPANY else ("name",):
                self.fields[part].required = False
        if actor.role == Role.ADVISER:
            del self.fields["adviser"]
        else:
            self.fields["adviser"].queryset = advisers(actor=actor)  # type: ignore[attr-defined]

    @property
    def registration(self) -> dict[str, Any]:
        """What `register_client` takes beside the actor: of a person no company's name, of a company no person's parts."""
        data = self.cleaned_data
        of_its_kind = (
            {"name": data["name"]}
            if data["kind"] == Kind.COMPANY
            else {part: data[part] for part in ("given_name", "surname", "second_surname", "birth_date", "sex")}
        )
        points = [
            Point(kind, data[field], preferred=kind == ContactKind.PHONE)
            for kind, field in ((ContactKind.PHONE, "phone"), (ContactKind.EMAIL, "email"))
            if data[field]
        ]
        return {
            **of_its_kind,
            "kind": Kind(data["kind"]),
            "identifier_kind": data["identifier_kind"] if data["identifier"] else "",
            "identifier": data["identifier"],
            "adviser": data.get("adviser"),
            "points": points,
        }


class TimeOfDayField(forms.TimeField):
    """An hour of the day as minutes after midnight; None when it is left empty."""

    def __init__(self, **options: Any) -> None:
        picker = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=picker, required=False, input_formats=["%H:%M", "%H:%M:%S"], **options)

    def clean(self, value: Any) -> int | None:
        told = super().clean(value)
        return told.hour * 60 + told.minute if told else None

    def prepare_value(self, value: Any) -> Any:
        return time(*divmod(value, 60)) if isinstance(value, int) and value < A_DAY else value


class WishesForm(RefusableForm):
    """How the client wants to be served. `version` is that of the wishes that the form began with, 0 for none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("It accepts"), widget=forms.CheckboxSelectMultiple, choices=Channel.choices, required=False
    )
    preferred = forms.ChoiceField(
        label=gettext_lazy("It prefers"),
        choices=[("", gettext_lazy("No preference")), *Channel.choices],
        required=False,
    )
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        widget=forms.CheckboxSelectMultiple,
        coerce=int,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    from_minute = TimeOfDayField(label=gettext_lazy("From"))
    to_minute = TimeOfDayField(label=gettext_lazy("Until"))
    contacts_a_year = forms.IntegerField(
        label=gettext_lazy("Contacts a year"),
        min_value=0,
        max_value=MOST_A_YEAR,
        required=False,
        help_text=gettext_lazy("Empty: as its service model says."),
    )
    words = forms.CharField(
        label=gettext_lazy("In its own words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    said_on = day_field(label=gettext_lazy("Said on"))

    def __init__(self, *args: Any, weekdays: Sequence[str], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["days"].choices = [(day, name.capitalize()) for day, name in enumerate(weekdays)]  # type: ignore[attr-defined]

    @staticmethod
    def begun_with(wishes: Wishes | None, today: date) -> dict[str, Any]:
        """How the form begins: with what holds now, said today."""
        told = wishes or Wishes()
        return {
            "version": wishes.version if wishes else 0,
            "channels": [channel.value for channel in Channel if channel.flag & told.channels],
            "preferred": told.preferred,
            "days": weekdays_of(told.days),
            "from_minute": told.from_minute or None,
            "to_minute": told.to_minute if told.to_minute < A_DAY else None,
            "contacts_a_year": told.contacts_a_year,
            "words": told.words,
            "said_on": today,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        begin, end = data.get("from_minute") or 0, data.get("to_minute") or A_DAY
        if end <= begin:
            self.add_error("to_minute", _("This hour has to be later than the first one."))
        if data.get("said_on") and data["said_on"] > self.today:
            self.add_error("said_on", _("This day has not come yet."))
        return data

    @property
    def wishes(self) -> dict[str, Any]:
        """What `agree_wishes` takes beside the actor and the client."""
        data = self.cleaned_data
        return {
            "channels": sum(Channel(channel).flag for channel in data["channels"]),
            "preferred": data["preferred"],
            "days": sum(1 << day for day in data["days"]),
            "from_minute": data["from_minute"] or 0,
            "to_minute": data["to_minute"] or A_DAY,
            "contacts_a_year": data["contacts_a_year"],
            "words": data["words"],
            "said_on": data["said_on"],
            "version": data["version"],
        }


class TierForm(RefusableForm):
    """Another tier than the policy's, why, and until when."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), widget=forms.RadioSelect, choices=Tier.choices)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    expires_on = day_field(
        label=gettext_lazy("Until"), help_text=gettext_lazy("From this day on the policy decides again.")
    )


class ActForm(TermForm):
    """The contact that is promised about an event."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[("", gettext_lazy("In any way")), *Channel.choices], required=False
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes it will take"), min_value=1, max_value=480, initial=MINUTES
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["due_at"] = self.clean_due_at()
        if data["due_at"] is None and not self.errors:
            self.add_error("by", _("Choose by when."))
        return data

    @property
    def promise(self) -> dict[str, Any]:
        """What `events.actions.act` takes beside the actor and the event."""
        return {name: self.cleaned_data[name] for name in ("due_at", "channel", "minutes")}
