"""What is asked of whoever sets a figure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock.queries import institution, today
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.rulebook.declaring import Setting, Unit

UNITS = {
    Unit.MINUTES: gettext_lazy("minutes"),
    Unit.DAYS: gettext_lazy("days"),
    Unit.MONTHS: gettext_lazy("months"),
    Unit.MEGABYTES: gettext_lazy("megabytes"),
    Unit.COUNT: gettext_lazy("how many"),
    Unit.SHARE: gettext_lazy("per cent"),
    Unit.TIMES: gettext_lazy("times"),
}


class SettingForm(RefusableForm):
    """A figure from a day on, and why. `after` is how often it had been set when its author saw it."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    value = forms.DecimalField(max_digits=20)
    effective_from = day_field(label=gettext_lazy("In force from"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )

    def __init__(self, *args: Any, setting: Setting, value: int, number: int, **options: Any) -> None:
        currency = institution().currency
        begun = {"after": number, "value": f"{setting.as_written(value, currency):f}", "effective_from": today()}
        super().__init__(*args, **{**options, "initial": begun})
        self.setting, self.currency = setting, currency
        field = self.fields["value"]
        assert isinstance(field, forms.DecimalField)
        unit = currency if setting.unit == Unit.MONEY else UNITS[setting.unit]
        field.label = _("Figure, in %(unit)s") % {"unit": unit}
        field.decimal_places = setting.decimals(currency)
        field.widget.attrs["step"] = f"{10.0**-field.decimal_places:g}"
        bounds = [f"{setting.as_written(bound, currency):f}" for bound in (setting.least, setting.most)]
        field.help_text = _("Between %(least)s and %(most)s.") % dict(zip(("least", "most"), bounds, strict=True))

    @property
    def kept(self) -> dict[str, Any]:
        """What the action takes beside the actor and the setting."""
        data = self.cleaned_data
        return {**data, "value": self.setting.as_kept(data["value"], self.currency)}
