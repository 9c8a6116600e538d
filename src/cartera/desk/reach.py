"""How a client is reached in one tap: the address of each channel as a link that a telephone or a computer opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from cartera.clients.models import Channel, ContactKind, ContactPoint

_KINDS = {
    Channel.PHONE: (ContactKind.PHONE, "tel:"),
    Channel.MESSAGE: (ContactKind.PHONE, "sms:"),
    Channel.EMAIL: (ContactKind.EMAIL, "mailto:"),
}
_REGISTER = pgettext_lazy("verb", "Register")
_VERBS: dict[str, LazyText] = {
    Channel.PHONE: pgettext_lazy("verb", "Call"),
    Channel.MESSAGE: pgettext_lazy("verb", "Write"),
    Channel.EMAIL: pgettext_lazy("verb", "Write"),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """The one verb of a contact. `href` is empty where there is nothing to tap: then the contact is only registered."""

    verb: str
    href: str
    address: str


def reach(channel: str, points: Iterable[ContactPoint]) -> Reach:
    """The link of a channel to the preferred living address of its kind, after RFC 3966, 5724 and 6068."""
    kind, scheme = _KINDS.get(Channel(channel), (None, ""))
    living = [point for point in points if point.kind == kind and not point.dead]
    if not living:
        return Reach(str(_REGISTER), "", "")
    address = max(living, key=lambda point: (point.preferred, -point.pk)).value
    written = quote(address, safe="@+.-_") if kind == ContactKind.EMAIL else dialled(address)
    return Reach(str(_VERBS[channel]), f"{scheme}{written}", address)


def dialled(number: str) -> str:
    """A telephone number as it is dialled: its digits, after a plus when it says its country."""
    digits = "".join(figure for figure in number if figure in "0123456789")
    return f"+{digits}" if number.strip().startswith("+") else digits
