"""What is asked of somebody who gives a token or a webhook to a program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cartera.api.composition import nouns
from cartera.api.kinds import KINDS
from cartera.api.rules import ALL_SCOPES, READ, WRITE, scopes_for

WIDE = {READ: gettext_lazy("Read everything"), WRITE: gettext_lazy("Change everything")}


class TokenForm(forms.Form):
    """What a token is for, what it may do and how long it lasts; no days mean until it is revoked."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Core banking, every night"), "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say what it is for: you will know it by that later.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        initial=list(ALL_SCOPES),
        help_text=gettext_lazy("Never more than you may do yourself. The narrower, the less is lost with it."),
        error_messages={"required": gettext_lazy("Choose what the token may do.")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days it lasts"),
        min_value=1,
        initial=90,
        required=False,
        help_text=gettext_lazy("Empty: until you revoke it."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["scopes"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(scope, WIDE.get(scope, scope)) for scope in scopes_for(nouns())]


class RevokeForm(forms.Form):
    """Why somebody's token is revoked."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why: its owner will ask.")},
    )


class WebhookForm(forms.Form):
    """Where to tell another system, and of what."""

    label = forms.CharField(
        label=gettext_lazy("Which system it is"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Core banking"), "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say which system it is.")},
    )
    url = forms.CharField(
        label=gettext_lazy("Its address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://core.example.com/cartera", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the address that it listens at.")},
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What it hears of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what it hears of.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["kinds"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(KINDS.items())
