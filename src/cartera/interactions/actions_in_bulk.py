"""Contacts by the thousand, as an import brings them. For workers and commands."""

from __future__ import annotations

from django.db import connection, transaction

from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor


@bulk_action("interaction.tell_last_contacts")
def tell_last_contacts(*, actor: Actor) -> int:
    """Bring every client's last contact up to date with the ledger. Returns how many differed; a copy, so no happening."""
    latest = (
        "(SELECT MAX(i.happened_at) FROM interactions_interaction i"
        " WHERE i.client_id = clients_client.id AND i.retracted_at IS NULL)"
    )
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE clients_client SET last_contact_at = {latest} WHERE NOT (last_contact_at {same} {latest})"
        )
        return int(cursor.rowcount)
