"""What is asked about days off."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.clock.actions import CHANGEABLE
from cartera.clock.models import LANGUAGES, Institution
from cartera.clock.places import countries, regions
from cartera.desk import formats
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.desk.editing import EditForm
from cartera.desk.templatetags.cartera import reader


class InstitutionForm(EditForm):
    """What the institution is. Country and currency stand as they are once there are clients."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=LANGUAGES,
        help_text=gettext_lazy("Of whoever has chosen none: new people, and mail to them."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    region = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("Its code, where it has holidays of its own. Branches may have others."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"), max_length=3, help_text=gettext_lazy("Its ISO 4217 code, like USD.")
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        help_text=gettext_lazy("By it the day begins, and hours are shown. Branches may have others."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )

    def __init__(self, *args: Any, clients: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].show_hidden_initial = False
        self.fields["country"].choices = countries(reader().language)  # type: ignore[attr-defined]
        if clients:
            told = ngettext(
                "It cannot change any more: there is a client, whose identifiers and amounts are kept by it.",
                "It cannot change any more: there are %(n)s clients, whose identifiers and amounts are kept by it.",
                clients,
            ) % {"n": formats.number(clients, reader())}
            for name in ("country", "currency"):
                self.fields[name].disabled, self.fields[name].help_text = True, told

    @staticmethod
    def begun(institution: Institution) -> dict[str, Any]:
        return {name: getattr(institution, name) for name in CHANGEABLE}


class DayOffForm(RefusableForm):
    """A day on which the institution, or one place of it, does not work."""

    on = day_field(label=gettext_lazy("Day"))
    name = forms.CharField(label=gettext_lazy("What it is"), max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    region = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("Its code, where only one region rests. Empty for the whole country."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everywhere = ("", _("In the whole institution"))
        self.fields["country"].choices = [everywhere, *countries(reader().language)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        region, known = data.get("region"), regions(data.get("country", ""))
        if region and not data.get("country"):
            self.add_error("country", _("Say of which country it is a region."))
        elif region and known and region not in known:
            told = {"region": region, "known": ", ".join(known)}
            self.add_error(
                "region", _("No region %(region)s has holidays of its own there. These have: %(known)s.") % told
            )
        return data
