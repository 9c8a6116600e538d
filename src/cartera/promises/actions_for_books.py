"""What becomes of promises when a book of clients changes hands."""

from __future__ import annotations

from django.db.models import F

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.recording import current_recording
from cartera.promises.models import Promise
from cartera.team.models import Staff


@action("promise.follow_book")
def follow_book(*, actor: Actor, staff: Staff, successor: Staff) -> int:
    """All that somebody still owes passes to whoever serves those clients from now on. Returns how many promises."""
    rows = Promise.objects.open().ours().filter(staff=staff, client__adviser=successor)
    handed = rows.update(staff=successor, version=F("version") + 1)
    current_recording().tell(rows=handed)
    return handed
