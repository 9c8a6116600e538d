"""What clients do when the people who serve them come and go, in the same transaction."""

from __future__ import annotations

from django.utils.translation import ngettext

from cartera.clients.actions.book import hand_over_book
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.recording import Recording
from cartera.team.models import Staff

REGISTRY = Actor.system("registry of clients", "book.hand_over")


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
