"""What is asked of somebody who promises, keeps, renegotiates or withdraws."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Channel
from cartera.desk.fields import LocalInstantField, TermForm
from cartera.promises.models import Side


class MakeForm(TermForm):
    """What is promised, by whom and by when."""

    what = forms.CharField(label=gettext_lazy("What is promised"), max_length=200)
    owed_by = forms.ChoiceField(
        label=gettext_lazy("Who owes it"),
        widget=forms.RadioSelect,
        choices=[(Side.US, gettext_lazy("We do")), (Side.CLIENT, gettext_lazy("The client does"))],
        initial=Side.US,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[("", gettext_lazy("In any way")), *Channel.choices],
        required=False,
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes it will take"), min_value=1, max_value=480, initial=10)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["due_at"] = self.clean_due_at()
        if data["due_at"] is None and not self.errors:
            self.add_error("by", _("Choose by when."))
        return data

    @property
    def promise(self) -> dict[str, Any]:
        """What `promises.actions.make` takes, beside the actor and the client."""
        return {name: self.cleaned_data[name] for name in ("what", "owed_by", "channel", "minutes", "due_at")}


class RenegotiateForm(TermForm):
    """A later instant, why, and whether the client agreed: without that, the promise counts as broken."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)
    client_agreed = forms.BooleanField(
        label=gettext_lazy("The client agreed to the new date"),
        help_text=gettext_lazy("Without the client's agreement the promise counts as broken."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["new_due_at"] = self.clean_due_at()
        if data["new_due_at"] is None and not self.errors:
            self.add_error("by", _("Choose by when."))
        return data

    @property
    def agreement(self) -> dict[str, Any]:
        """What `promises.actions.renegotiate` takes, beside the actor and the promise."""
        return {name: self.cleaned_data[name] for name in ("new_due_at", "reason", "client_agreed")}


class KeepForm(forms.Form):
    """When it was kept; nothing means now."""

    at = LocalInstantField(
        label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Leave it empty if it was just now.")
    )


class WithdrawForm(forms.Form):
    """Why something that was promised need not be kept."""

    reason = forms.CharField(
        label=gettext_lazy("Why it need not be kept"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("The client does not want it any more")}),
    )
