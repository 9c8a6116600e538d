"""What is asked of the audit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.desk.client_forms import day_field
from cartera.team.permissions import MACHINES, PEOPLES

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
DAYS = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
DOERS = (
    ("", gettext_lazy("Anybody")),
    ("personas", gettext_lazy("People")),
    ("programas", gettext_lazy("Programs, with a token")),
    ("sistema", gettext_lazy("The system itself")),
)


class AuditForm(forms.Form):
    """Everything is optional. Its names are those of the address."""

    quien = forms.CharField(label=gettext_lazy("Who"), max_length=60, required=False)
    por = forms.ChoiceField(label=gettext_lazy("Done by"), choices=DOERS, required=False)
    que = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    cliente = forms.CharField(label=gettext_lazy("Client's number"), max_length=64, required=False)
    desde = day_field(label=gettext_lazy("From"), required=False, validators=DAYS)
    hasta = day_field(label=gettext_lazy("Until"), required=False, validators=DAYS)
    peticion = forms.CharField(label=gettext_lazy("Request"), max_length=64, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["que"].choices = _actions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("desde"), data.get("hasta")
        if since and until and until < since:
            self.add_error("hasta", _("The last day is before the first one."))
        return data


def _actions() -> list[tuple[Any, Any]]:
    """Every action in words, by what it is about; what only reads leaves no trace and is left out."""
    groups: list[tuple[Any, Any]] = [("", _("Anything"))]
    for group, words in (*PEOPLES.items(), (_("The system itself"), MACHINES)):
        named = ((name, str(text)) for name, text in words.items() if not name.endswith((".view", ".search")))
        groups.append((str(group), sorted(named, key=lambda pair: pair[1].casefold())))
    return groups
