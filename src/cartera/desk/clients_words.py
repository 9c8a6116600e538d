"""The sentence above the list of clients."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clients.queries import Counts
from cartera.desk import formats


class Asked(Protocol):
    """What was asked of the list, as far as the sentence tells it."""

    @property
    def text(self) -> str: ...
    @property
    def late(self) -> bool: ...


def lead(wanted: Asked, found: Counts, locale: formats.Locale, strangers: int = 0) -> str:
    """The sentence that says how many there are, and what is urgent among them."""
    if strangers:
        beyond = ngettext(
            "One more is another adviser's: you see its name, its tier and who serves it.",
            "%(n)s more are other advisers': you see their names, their tiers and who serves them.",
            strangers,
        ) % {"n": strangers}
        return f"{lead(wanted, found, locale)} {beyond}"
    if not found.all:
        return (
            _("No client contains “%(text)s”.") % {"text": wanted.text} if wanted.text else _("There is nobody here.")
        )
    count = formats.number(found.all, locale)
    if not found.whole:
        count = _("More than %(count)s") % {"count": count}
    if wanted.text:
        sentence = ngettext(
            "%(count)s client contains “%(text)s”.", "%(count)s clients contain “%(text)s”.", found.all
        ) % {"count": count, "text": wanted.text}
    else:
        sentence = ngettext("%(count)s client.", "%(count)s clients.", found.all) % {"count": count}
    late = found.of.get("late", 0)
    if not late or wanted.late:
        return sentence
    urgent = ngettext(
        "To one of them we owe something that is overdue.",
        "To %(late)s of them we owe something that is overdue.",
        late,
    ) % {"late": late}
    return f"{sentence} {urgent}"
