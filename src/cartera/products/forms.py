"""What is asked about products, what they earn, and rates: shares in per cent, fees and rates in units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock.queries import institution, today
from cartera.desk.client_forms import RefusableForm, day_field
from cartera.desk.editing import EditForm
from cartera.kernel.errors import Invalid
from cartera.kernel.money import exponent, from_minor, to_minor
from cartera.products.models import CurrencyRate, Line, Product
from cartera.products.rates_file import with_a_point
from cartera.products.rules import Terms

PPM_OF_PERCENT = 10_000
SHOWN_AT = {"margin_ppm": "margin", "fee_minor": "fee"}
WHY = {"required": gettext_lazy("Say why, for those who come after.")}


class _TermsFields(RefusableForm):
    margin = forms.DecimalField(
        label=gettext_lazy("Margin on the balance, % a year"),
        min_value=-100,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text=gettext_lazy("Negative when it costs more than it brings."),
    )
    fee = forms.DecimalField(label=gettext_lazy("Fee a year"), min_value=0, max_digits=15, initial=0)

    def in_currency(self, currency: str) -> None:
        fee = self.fields["fee"]
        fee.label = _("Fee of each holding a year, in %(currency)s") % {"currency": currency}
        fee.decimal_places = exponent(currency)  # type: ignore[attr-defined]

    def terms_in(self, currency: str) -> Terms | None:
        """What is typed, None while it makes no sense."""
        margin, fee = (self.cleaned_data.get(name) for name in ("margin", "fee"))
        if margin is None or fee is None:
            return None
        return Terms(int(margin * PPM_OF_PERCENT), to_minor(fee, currency))

    def add_refusal(self, refusal: Invalid) -> None:
        fields = {SHOWN_AT.get(name, name): words for name, words in refusal.fields.items()}
        super().add_refusal(Invalid(refusal.detail, fields=fields))


class NewProductForm(_TermsFields):
    """Something new to offer, with what it earns."""

    field_order = ("name", "key", "line", "currency", "margin", "fee")
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, error_messages={"required": gettext_lazy("Write the name.")}
    )
    key = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=64,
        help_text=gettext_lazy("As your core calls the product; it never changes."),
    )
    line = forms.ChoiceField(label=gettext_lazy("Line"), choices=Line.choices)
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z",
        label=gettext_lazy("Currency"),
        max_length=3,
        error_messages={"invalid": gettext_lazy("Give its ISO 4217 code, like USD.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )


class ProductForm(EditForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, error_messages={"required": gettext_lazy("Write the name.")}
    )

    @staticmethod
    def begun(product: Product) -> dict[str, Any]:
        return {"name": product.name}


class TermsForm(_TermsFields):
    """What a product earns from a day on."""

    field_order = ("margin", "fee", "from_day", "reason")
    from_day = day_field(label=gettext_lazy("In force from"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, error_messages=WHY)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.in_currency(currency)

    @staticmethod
    def begun(terms: Terms, currency: str) -> Mapping[str, Any]:
        return {
            "margin": _short(Decimal(terms.margin_ppm) / PPM_OF_PERCENT),
            "fee": _short(from_minor(terms.fee_minor, currency)),
            "from_day": today() + timedelta(days=1),
        }


class RateField(forms.DecimalField):
    """A rate, with a comma or a full stop before its decimals."""

    default_error_messages = {"invalid": gettext_lazy("Write a number, like 1.0845.")}

    def __init__(self) -> None:
        typed = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=gettext_lazy("Exchange rate"), max_digits=20, decimal_places=12, widget=typed)

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_a_point(value.strip()) if isinstance(value, str) else value)


class RateForm(RefusableForm):
    """What one unit of a currency is worth in the institution's, from a day on."""

    currency = forms.RegexField(
        r"^[A-Z]{3}\Z",
        label=gettext_lazy("Currency"),
        max_length=3,
        error_messages={"invalid": gettext_lazy("Give its ISO 4217 code, like EUR.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    from_day = day_field(label=gettext_lazy("From"))
    rate = RateField()
    reason = forms.CharField(label=gettext_lazy("Where it comes from"), max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        of_one = _("How many %(currency)s one unit is worth, like 1.0845.") % {"currency": institution().currency}
        self.fields["rate"].help_text = of_one


class CorrectRateForm(EditForm):
    rate = RateField()
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, error_messages=WHY)

    @staticmethod
    def begun(rate: CurrencyRate) -> dict[str, Any]:
        return {"rate": f"{rate.rate:f}", "reason": ""}


class RatesFileForm(RefusableForm):
    file = forms.FileField(label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".csv,.txt"}))


def _short(number: Decimal) -> Decimal:
    """Without the zeros that say nothing."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
