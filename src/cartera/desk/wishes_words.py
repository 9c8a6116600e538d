"""How a client wants to be served, as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cartera.clients.models import Channel, Wishes
from cartera.clients.models.contact import EVERY_DAY
from cartera.desk.formats import Locale

A_DAY = 1440


@dataclass(frozen=True, slots=True)
class WishWords:
    """What was asked for, what must not be done, the client's own words, and when it said so."""

    asked: str
    refused: str
    own: str
    said_on: date | None


def wishes_in_words(wishes: Wishes, locale: Locale) -> WishWords:
    accepted = accepted_channels(wishes)
    refused = [channel for channel in Channel if channel not in accepted]
    parts = list(_parts(wishes, accepted, refused, locale))
    return WishWords(
        asked="; ".join(parts) if accepted else _("no contact from us"),
        refused=_("No %(channels)s.") % {"channels": one_of(refused)} if accepted and _is_shorter(refused) else "",
        own=wishes.words.strip().rstrip("."),
        said_on=wishes.said_on,
    )


def accepted_channels(wishes: Wishes) -> list[Channel]:
    """What it asked for and agreed to, the most demanding first."""
    allowed = wishes.channels & wishes.consent
    return [channel for channel in reversed(Channel) if channel.flag & allowed]


def weekdays_of(days: int) -> list[int]:
    return [day for day in range(7) if days >> day & 1]


def days_in_words(days: Sequence[int], locale: Locale) -> str:
    """ "lunes a jueves", "martes y jueves": a run of three or more as its ends."""
    names = [locale.weekdays[day] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return pgettext("weekdays", "%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}


def one_of(channels: Sequence[Channel]) -> str:
    names = [str(channel.label).lower() for channel in channels]
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s or %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}


def clock_of(minute: int) -> str:
    """Minutes after midnight as the hour of a clock: "11:30"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _parts(wishes: Wishes, accepted: Sequence[Channel], refused: Sequence[Channel], locale: Locale) -> Iterator[str]:
    if refused and not _is_shorter(refused):
        yield one_of(accepted)
    if wishes.preferred:
        yield _("preferably %(channel)s") % {"channel": str(Channel(wishes.preferred).label).lower()}
    if wishes.days != EVERY_DAY:
        yield days_in_words(weekdays_of(wishes.days), locale)
    hours = {"from": clock_of(wishes.from_minute), "until": clock_of(wishes.to_minute)}
    if wishes.from_minute and wishes.to_minute < A_DAY:
        yield _("between %(from)s and %(until)s") % hours
    elif wishes.from_minute:
        yield _("from %(from)s on") % hours
    elif wishes.to_minute < A_DAY:
        yield _("until %(until)s") % hours
    if wishes.contacts_a_year is not None:
        yield ngettext("%(count)s contact a year", "%(count)s contacts a year", wishes.contacts_a_year) % {
            "count": wishes.contacts_a_year
        }
    if not (refused or wishes.preferred or wishes.days != EVERY_DAY or wishes.contacts_a_year is not None):
        yield _("by any channel")


def _is_shorter(refused: Sequence[Channel]) -> bool:
    """Whether what it refuses is said in fewer words than what it accepts."""
    return 0 < len(refused) <= len(Channel) // 2
