"""What the ledger of contacts does when two clients are merged, and when that is undone, in the same transaction."""

from __future__ import annotations

from cartera.clients.actions import standing
from cartera.clients.actions.carrying import carry, give_back
from cartera.clients.models import Merge
from cartera.interactions.models import Effort, Interaction
from cartera.kernel.recording import Recording


def go_with_the_client(record: Recording) -> None:
    """Contacts and effort are the survivor's from now on."""
    merge: Merge = record.result
    carry(merge, Interaction._base_manager.all())
    carry(merge, Effort._base_manager.all())
    _tell_last_contact(merge.survivor_id)


def come_back(record: Recording) -> None:
    merge: Merge = record.result
    give_back(merge, Interaction)
    give_back(merge, Effort)
    _tell_last_contact(merge.survivor_id)
    _tell_last_contact(merge.absorbed_id)


def _tell_last_contact(client_id: int) -> None:
    latest = Interaction.objects.standing().filter(client_id=client_id).order_by("-happened_at", "-id").first()
    standing.set_last_contact(client_id=client_id, at=latest.happened_at if latest else None)
