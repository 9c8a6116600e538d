"""How to reach a client: links that call and write, with a warning where the client asked us not to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from cartera.clients.models import Channel, ContactKind, ContactPoint, Wishes
from cartera.desk.reach import dialled
from cartera.desk.wishes_words import accepted_channels


@dataclass(frozen=True, slots=True)
class Link:
    """A way to write or to call. `unwanted` when the client asked not to be reached so."""

    url: str
    icon: str
    label: str
    value: str
    unwanted: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """The telephone to call, every way to write, and postal addresses."""

    call: Link | None
    write: Sequence[Link]
    addresses: Sequence[str]


def ways_of(points: Sequence[ContactPoint], wishes: Wishes | None) -> Ways:
    accepted = set(accepted_channels(wishes) if wishes else Channel)
    phones = [point for point in points if point.kind == ContactKind.PHONE and point.search]
    emails = [point for point in points if point.kind == ContactKind.EMAIL]
    no_call, no_message, no_email = (
        channel not in accepted for channel in (Channel.PHONE, Channel.MESSAGE, Channel.EMAIL)
    )
    calls = [Link(f"tel:{dialled(phone.value)}", "phone", _("Call"), phone.value, no_call) for phone in phones]
    messages = [
        Link(f"https://wa.me/{phone.search}", "message-circle", _("WhatsApp"), phone.value, no_message)
        for phone in phones
        if _is_international(phone)
    ]
    letters = [
        Link(f"mailto:{quote(email.value, safe='@')}", "mail", _("E-mail"), email.value, no_email) for email in emails
    ]
    return Ways(
        call=calls[0] if calls else None,
        write=[*messages, *letters, *calls[1:]],
        addresses=[point.value for point in points if point.kind == ContactKind.ADDRESS],
    )


def _is_international(phone: ContactPoint) -> bool:
    return phone.value.startswith("+")
