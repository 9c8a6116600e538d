"""What was just done, said briefly at the foot of the page, with a way to undo it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

# Django's messages carry nothing but words and tags, so the address of the undo travels as a tag.
UNDO = "undo:"


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence and, when it can be undone, the address that undoes it by POST."""

    text: str
    undo_url: str


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say on the next page what was done. Errors are never toasts: they stay where they happened."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def toasts_in(found: Iterable[Message]) -> list[Toast]:
    return [Toast(str(message), (message.extra_tags or "").removeprefix(UNDO)) for message in found]
