"""What papers do when two clients are merged, and when that is undone, in the same transaction."""

from __future__ import annotations

from cartera.clients.actions.carrying import carry, give_back
from cartera.clients.models import Merge
from cartera.documents.models import Document
from cartera.kernel.recording import Recording


def go_with_the_client(record: Recording) -> None:
    """Papers are the survivor's from now on; they stay sealed with the key of whom they were brought for."""
    merge: Merge = record.result
    carry(merge, Document._base_manager.all())


def come_back(record: Recording) -> None:
    merge: Merge = record.result
    give_back(merge, Document)
