"""What is asked about people, their branches and their time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.clock.places import countries
from cartera.clock.queries import institution
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.desk.editing import EditForm
from cartera.desk.fields import LocalInstantField
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.actor import Actor
from cartera.kernel.money import exponent, from_minor, to_minor
from cartera.team.hours import Flaw, WrongHours, read_day
from cartera.team.models import Absence, Branch, PlanLink, Role, Staff

ZONES = ("America/", "Atlantic/", "Europe/", "Pacific/", "Africa/")


class BranchChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A branch by its name, set in as deep as it stands in the tree."""

    def label_from_instance(self, branch: Any) -> str:
        return f"{'  ' * (branch.path.count('/') - 2)}{branch.name}"


def open_branches(actor: Actor) -> QuerySet[Branch]:
    return Branch.objects.visible_to(actor).filter(active=True).order_by("path")


class _PersonFields(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, error_messages={"required": gettext_lazy("Write the name.")}
    )
    title = forms.CharField(label=gettext_lazy("Position"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    branch = BranchChoice(
        label=gettext_lazy("Branch"),
        queryset=Branch.objects.none(),
        error_messages={"required": gettext_lazy("Choose a branch.")},
    )
    hour_cost = forms.DecimalField(
        label=gettext_lazy("What an hour costs"),
        min_value=0,
        max_digits=12,
        initial=0,
        required=False,
        help_text=gettext_lazy(
            "The plan weighs each contact against the minutes it takes. Nothing means that of the role."
        ),
    )

    def of_actor(self, actor: Actor) -> None:
        self.fields["branch"].queryset = open_branches(actor)  # type: ignore[attr-defined]
        cost, currency = self.fields["hour_cost"], institution().currency
        cost.label = _("What an hour costs, in %(currency)s") % {"currency": currency}
        cost.decimal_places = exponent(currency)  # type: ignore[attr-defined]


def in_the_ledger(edits: dict[str, Any]) -> dict[str, Any]:
    """What a form says of a person as the table holds it: an hour's cost in minor units."""
    said = dict(edits)
    if "hour_cost" in said:
        said["hour_cost_minor"] = to_minor(said.pop("hour_cost") or Decimal(), institution().currency)
    return said


class PersonForm(_PersonFields, EditForm):
    """Somebody who works here."""

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.of_actor(actor)

    @staticmethod
    def begun(staff: Staff) -> dict[str, Any]:
        cost = from_minor(staff.hour_cost_minor, institution().currency)
        return {
            "name": staff.name,
            "title": staff.title,
            "role": staff.role,
            "branch": staff.branch_id,
            "hour_cost": cost,
        }


class HireForm(_PersonFields, RefusableForm):
    """Somebody new; with an e-mail address they are invited at once."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("An invitation goes there. Without it you get the link to hand over yourself."),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.of_actor(actor)


class InviteForm(RefusableForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


class LeaveForm(RefusableForm):
    """Why somebody leaves, and who takes over their clients."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over the clients"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody: there are no clients"),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, actor: Actor, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["successor"].queryset = colleagues(actor, staff)  # type: ignore[attr-defined]


def colleagues(actor: Actor, staff: Staff | None = None) -> QuerySet[Staff]:
    """Active people whom the actor sees, but for one."""
    rows = Staff.objects.visible_to(actor).filter(active=True).order_by("name", "id")
    return rows.exclude(pk=staff.pk) if staff else rows


class _PlaceFields(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, error_messages={"required": gettext_lazy("Write the name.")}
    )
    country = forms.ChoiceField(label=gettext_lazy("Country of its holidays"), required=False, choices=())
    region = forms.CharField(
        label=gettext_lazy("Region of its holidays"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("The code of ISO 3166-2 without the country, like CT for Catalonia."),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False, choices=())

    def with_places(self) -> None:
        same = ("", _("As the institution"))
        zones = sorted(zone for zone in available_timezones() if zone.startswith(ZONES))
        self.fields["country"].choices = [same, *countries(reader().language)]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [same, *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]


class BranchForm(_PlaceFields, EditForm):
    """A branch: its name and its place."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.with_places()

    @staticmethod
    def begun(branch: Branch) -> dict[str, Any]:
        return {name: getattr(branch, name) for name in ("name", "country", "region", "zone")}


class NewBranchForm(_PlaceFields, RefusableForm):
    key = forms.SlugField(
        label=gettext_lazy("Code"), max_length=64, help_text=gettext_lazy("As your core calls it; it never changes.")
    )
    parent = BranchChoice(label=gettext_lazy("Depends on"), queryset=Branch.objects.none())

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.with_places()
        self.fields["parent"].queryset = open_branches(actor)  # type: ignore[attr-defined]
        self.fields["parent"].initial = open_branches(actor).first()


class HoursForm(RefusableForm):
    """A week: for each day the stretches that are worked, as "08:30-13:00, 14:00-17:30"; nothing for a free day."""

    own = forms.BooleanField(
        required=False, label=gettext_lazy("Hours of its own"), help_text=gettext_lazy("Otherwise those of the branch.")
    )

    def __init__(self, *args: Any, weekdays: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for number, name in enumerate(weekdays):
            hint = forms.TextInput(attrs={"placeholder": "08:30-13:00, 14:00-17:30", "autocomplete": "off"})
            self.fields[f"day_{number}"] = forms.CharField(
                label=name.capitalize(), required=False, max_length=200, widget=hint
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("day_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        week: list[tuple[int, int, int]] = []
        for number in range(7):
            try:
                week += [(number, *stretch) for stretch in read_day(data.get(f"day_{number}", ""))]
            except WrongHours as wrong:
                self.add_error(f"day_{number}", _WRONG[wrong.flaw] % {"text": wrong.text})
        data["week"] = week
        if data.get("own") and not week and not self.errors:
            self.add_error("own", _("Write at least one stretch of hours."))
        return data


_WRONG = {
    Flaw.FORM: gettext_lazy("“%(text)s” is not how hours are written. Write them like 08:30-13:00."),
    Flaw.BACKWARDS: gettext_lazy("“%(text)s” ends before it begins."),
    Flaw.OVERLAP: gettext_lazy("“%(text)s” overlaps the stretch before it."),
}


class _AbsenceFields(forms.Form):
    first_day = day_field(label=gettext_lazy("First day"))
    last_day = day_field(label=gettext_lazy("Last day"))
    kind = forms.ChoiceField(label=gettext_lazy("Why"), choices=Absence.Kind.choices)
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Sees their clients, and has in the own plan what falls due, on those days only."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only for whoever leads the team."),
    )


class AbsenceForm(_AbsenceFields, EditForm):
    def __init__(self, *args: Any, actor: Actor, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stand_in"].queryset = colleagues(actor, staff)  # type: ignore[attr-defined]

    @staticmethod
    def begun(absence: Absence) -> dict[str, Any]:
        said = {name: getattr(absence, name) for name in ("first_day", "last_day", "kind", "reason")}
        return {**said, "stand_in": absence.stand_in_id}


class NewAbsenceForm(_AbsenceFields, RefusableForm):
    field_order = ("staff",)
    staff = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("staff", "stand_in"):
            self.fields[name].queryset = colleagues(actor)  # type: ignore[attr-defined]


class _AppointmentFields(forms.Form):
    title = forms.CharField(label=gettext_lazy("What"), max_length=200)
    starts_at = LocalInstantField(label=gettext_lazy("From"))
    ends_at = LocalInstantField(label=gettext_lazy("Until"))
    place = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)


class AppointmentForm(_AppointmentFields, EditForm):
    @staticmethod
    def begun(appointment: Any) -> dict[str, Any]:
        return {name: getattr(appointment, name) for name in ("title", "starts_at", "ends_at", "place")}


class NewAppointmentForm(_AppointmentFields, RefusableForm):
    field_order = ("staff",)
    staff = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["staff"].queryset = colleagues(actor)  # type: ignore[attr-defined]


class SubscribeForm(RefusableForm):
    """Another calendar: its private address, or a file that was saved from it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("Private address in iCal format"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("It is read every quarter of an hour. Only its busy times are kept."),
    )
    file = forms.FileField(label=gettext_lazy("Or an .ics file"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("url")) == bool(data.get("file")):
            self.add_error("url", _("Give an address or a file, one of the two."))
        return data


class ShareForm(forms.Form):
    detail = forms.ChoiceField(
        label=gettext_lazy("What it says of each contact"),
        choices=PlanLink.Detail.choices,
        initial=PlanLink.Detail.INITIALS,
        widget=forms.RadioSelect,
    )


class AcceptForm(RefusableForm):
    """What somebody who was invited chooses."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    username = forms.RegexField(
        r"^[\w.@+-]+\Z",
        label=gettext_lazy("User name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"invalid": gettext_lazy("Use letters, figures and . @ + - _ only.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Ten characters at least."),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    @staticmethod
    def too_often(minutes: int) -> str:
        return ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and data["password"] != data["again"]:
            self.add_error("again", _("The two do not match. Write the same password twice."))
        return data
