"""What other systems may hear of: the kinds of happenings that webhooks tell, in words. A test knows each as an action."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cartera.kernel.errors import Text

KINDS: Mapping[str, Text] = {
    "client.register": _("Client registered"),
    "client.correct": _("Client corrected"),
    "client.withdraw": _("Registration taken back"),
    "client.add_contact_point": _("Way to reach a client added"),
    "client.retire_contact_point": _("Way to reach a client retired"),
    "wish.agree": _("Client's wishes written down"),
    "interaction.register": _("Contact registered"),
    "interaction.retract": _("Contact taken back"),
    "promise.make": _("Promise made"),
    "promise.keep": _("Promise kept"),
    "promise.renegotiate": _("Promise renegotiated"),
    "promise.withdraw": _("Promise withdrawn"),
    "promise.break_overdue": _("Promises broken, in bulk"),
    "tier.override": _("Tier overridden"),
    "tier.end_override": _("Override ended"),
    "tier.set_policy": _("Tier policy set"),
    "event.act": _("Event acted on"),
    "event.dismiss": _("Event dismissed"),
    "event.raise_many": _("Events raised, in bulk"),
    "import.load": _("Import loaded"),
    "value.record": _("Values and tiers of a night"),
}
"""`interaction.record` is what `interaction.register` is a part of, and so on: one kind for what a person calls one thing."""

TRIAL = "webhook.test"
"""What a trial from the screen is called; no webhook has to ask for it."""


def words_of(kind: str) -> str:
    """A kind as people say it; its name where it has no words any more."""
    return str(_("A trial") if kind == TRIAL else KINDS.get(kind, kind))
