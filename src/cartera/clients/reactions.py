"""What clients do when the people who serve them come and go, in the same transaction."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cartera.clients.actions.book import hand_over_book
from cartera.clients.models import Client
from cartera.clock.models import Institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.recording import Recording
from cartera.team.models import Staff

REGISTRY = Actor.system("registry of clients", "book.hand_over")


def keep_country_and_currency(record: Recording) -> None:
    """Clients are known by the identifiers of a country and hold amounts in a currency: neither is changed under them."""
    told = next((change for change in record.changes if change.kind == Institution._meta.label_lower), None)
    changed = {"country", "currency"} & set(told.before) if told else set()
    if told is not None and told.before and changed and Client.objects.exists():
        raise Invalid(fields={name: [_("It cannot change any more: there are clients already.")] for name in changed})


def hand_over_the_book(record: Recording) -> None:
    """Nobody leaves clients behind without an adviser: they go to the successor, or the leaving is refused."""
    leaver: Staff = record.result
    clients = Client.objects.filter(adviser=leaver).count()
    if not clients:
        return
    successor = Staff.objects.filter(pk=record.facts.get("successor") or 0).first()
    if successor is None:
        told = ngettext(
            "One client is in their book: say who takes it over.",
            "%(n)d clients are in their book: say who takes them over.",
            clients,
        ) % {"n": clients}
        raise Invalid(fields={"successor": [told]})
    hand_over_book(actor=REGISTRY, staff=leaver, successor=successor)
