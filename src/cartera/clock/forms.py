"""What is asked about days off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock.places import countries, regions
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.desk.templatetags.cartera import reader


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
