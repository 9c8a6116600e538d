"""How a paper leaves: always as a file to save, under its name, never as something that a browser runs."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from cartera.documents import store
from cartera.documents.models import Document

LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def as_file(paper: Document) -> StreamingHttpResponse:
    """The content as it was brought. NotFound when it is kept no more."""
    response = _streamed(paper, media=paper.what.media, preview=False)
    response["Content-Length"] = str(paper.size)
    response["Content-Disposition"] = str(content_disposition_header(True, paper.name))
    return response


def as_picture(paper: Document) -> StreamingHttpResponse:
    """Its first page as a JPEG of our own making. NotFound when there is none."""
    return _streamed(paper, media="image/jpeg", preview=True)


def _streamed(paper: Document, *, media: str, preview: bool) -> StreamingHttpResponse:
    pieces = store.read(paper.sealed_for, paper.digest, preview=preview)
    headers = {
        "Content-Security-Policy": LOCKED,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store" if not preview else "private, max-age=3600",
    }
    return StreamingHttpResponse(pieces, content_type=media, headers=headers)
