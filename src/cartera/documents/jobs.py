"""What a worker does with papers: draw their first page, and clear away what nobody needs. Each job may be run again."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from datetime import datetime, timedelta

from cartera.documents import drawing, store
from cartera.documents.actions import tell_preview
from cartera.documents.models import Document
from cartera.documents.rules import LEFT_ALONE
from cartera.documents.settings import KEPT_DAYS
from cartera.kernel.actor import Actor
from cartera.kernel.jobs import job
from cartera.kernel.models import Happening
from cartera.rulebook.queries import value_of

DRAWER = Actor.system("drawer of papers", "document.preview", "client.view")
PATIENCE = 60  # seconds

log = logging.getLogger(__name__)


@job("documents.draw")
def draw(*, happening_id: int) -> None:
    """Draw the preview of the paper that was added, in a process of its own: a file can be made to crash its reader."""
    subject = Happening.objects.values_list("subject_id", flat=True).get(pk=happening_id)
    paper = Document.objects.filter(pk=subject or 0, preview=Document.Preview.WAITING).first()
    if paper is None:
        return
    drawn = drawn_by_child(paper.kind, b"".join(store.read(paper.sealed_for, paper.digest)))
    if drawn:
        store.put_preview(paper.sealed_for, paper.digest, io.BytesIO(drawn))
    tell_preview(actor=DRAWER, document=paper, drawn=bool(drawn))


def drawn_by_child(kind: str, content: bytes) -> bytes:
    """A JPEG of the first page, or nothing when the file cannot be drawn within its limits."""
    command = [sys.executable, drawing.__file__, kind]
    try:
        told = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        log.warning("a paper of kind %s was not drawn within %s seconds", kind, PATIENCE)
        return b""
    if told.returncode:
        log.info("a paper of kind %s could not be drawn: status %s", kind, told.returncode)
        return b""
    return told.stdout


def tidy(now: datetime) -> None:
    """Forget the files of papers that were removed weeks ago, and files that no paper speaks of."""
    lying = {digest for digest, kept_at in store.lying() if kept_at < now - LEFT_ALONE}
    for digest in lying - _spoken_of(now):
        store.forget(digest)


def _spoken_of(now: datetime) -> set[str]:
    shown = Document.objects.filter(removed_at__isnull=True)
    lately = Document.objects.filter(removed_at__gte=now - timedelta(days=value_of(KEPT_DAYS)))
    return set((shown | lately).values_list("digest", flat=True).iterator())
