"""A service model in words: what it promises in a year, and what a version changes of the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clients.models import Channel
from cartera.desk import formats
from cartera.interactions.models import Purpose
from cartera.service.rules import ModelSpec, TouchpointSpec
from cartera.service.trial import Told
from cartera.service.versions import Kind, differences, kinds_of

SHOWN_NAMES = 3


def model_in_words(model: ModelSpec) -> str:
    """ "12 compromisos al año: 8 llamadas de 15 min, 2 revisiones por video de 40 min y 2 revisiones en persona de 1 h." """
    count = model.contacts_a_year
    if not count:
        return _("It promises nothing yet.")
    told = ngettext("%(count)s promise a year: %(kinds)s.", "%(count)s promises a year: %(kinds)s.", count)
    return told % {"count": count, "kinds": _listed([_kind(kind) for kind in kinds_of(model, Channel.values)])}


def time_in_words(model: ModelSpec) -> str:
    """ "5 h 20 min por cliente al año"."""
    return _("%(time)s a year for each client") % {"time": formats.minutes(model.minutes_a_year)}


def strip_in_words(model: ModelSpec) -> str:
    """The finding of the year's drawing, for who does not see it."""
    return _("The contacts of a year at even distances. %(model)s") % {"model": model_in_words(model)}


def changes_in_words(before: ModelSpec, after: ModelSpec) -> list[str]:
    """What a version promises differently, a sentence for each contact."""
    told = []
    for change in differences(before, after):
        if change.before is None and change.after is not None:
            told.append(_("New: %(what)s.") % {"what": _touchpoint(change.after)})
        elif change.after is None and change.before is not None:
            told.append(_("No longer: %(what)s.") % {"what": _touchpoint(change.before)})
        elif change.before is not None and change.after is not None:
            told.append(
                _("%(name)s: %(after)s, where it was %(before)s.")
                % {"name": change.name, "before": _terms(change.before), "after": _terms(change.after)}
            )
    return told


def trial_in_words(told: Told) -> str:
    """Who would have promised more than there are hours, or that it fits; the sentence before the figures."""
    if not told.people:
        return _("None of the advisers whom you see has clients: nobody would be asked for anything.")
    over = [person.staff.name for person in told.over]
    more = told.all.then.minutes - told.all.now.minutes
    asks = _("It asks for %(time)s a year more than today.") if more > 0 else _("It asks for %(time)s a year less.")
    asked = asks % {"time": formats.minutes(abs(more) // 60 * 60 if abs(more) >= 600 else abs(more))}
    said = asked if more else _("It asks for as many hours as today.")
    if not over:
        return f"{said} " + _("Everybody has the hours for it.")
    names = _listed([*over[:SHOWN_NAMES], *([_("others")] if len(over) > SHOWN_NAMES else [])])
    return f"{said} " + ngettext(
        "%(names)s would have promised more than the hours there are.",
        "%(names)s would have promised more than the hours there are: %(count)s people.",
        len(over),
    ) % {"names": names, "count": len(over)}


def _kind(kind: Kind) -> str:
    count = kind.times_a_year
    named = _NOUNS[kind.purpose == Purpose.REVIEW, Channel(kind.channel)](count) % {"n": count}
    return _("%(contacts)s of %(time)s") % {"contacts": named, "time": formats.minutes(kind.minutes)}


_NOUNS: Mapping[tuple[bool, Channel], Callable[[int], str]] = {
    (False, Channel.PHONE): lambda n: ngettext("%(n)s call", "%(n)s calls", n),
    (False, Channel.VIDEO): lambda n: ngettext("%(n)s video call", "%(n)s video calls", n),
    (False, Channel.FACE_TO_FACE): lambda n: ngettext("%(n)s meeting", "%(n)s meetings", n),
    (False, Channel.MESSAGE): lambda n: ngettext("%(n)s message", "%(n)s messages", n),
    (False, Channel.EMAIL): lambda n: ngettext("%(n)s e-mail", "%(n)s e-mails", n),
    (False, Channel.LETTER): lambda n: ngettext("%(n)s letter", "%(n)s letters", n),
    (True, Channel.PHONE): lambda n: ngettext("%(n)s review by telephone", "%(n)s reviews by telephone", n),
    (True, Channel.VIDEO): lambda n: ngettext("%(n)s review by video", "%(n)s reviews by video", n),
    (True, Channel.FACE_TO_FACE): lambda n: ngettext("%(n)s face-to-face review", "%(n)s face-to-face reviews", n),
    (True, Channel.MESSAGE): lambda n: ngettext("%(n)s review by message", "%(n)s reviews by message", n),
    (True, Channel.EMAIL): lambda n: ngettext("%(n)s review by e-mail", "%(n)s reviews by e-mail", n),
    (True, Channel.LETTER): lambda n: ngettext("%(n)s review by letter", "%(n)s reviews by letter", n),
}


def _touchpoint(spec: TouchpointSpec) -> str:
    return f"{spec.touch.name}, {_terms(spec)}"


def _terms(spec: TouchpointSpec) -> str:
    times = ngettext("%(n)s a year", "%(n)s a year", spec.times_a_year) % {"n": spec.times_a_year}
    return f"{times}, {str(Channel(spec.touch.channel).label).lower()}, {formats.minutes(spec.touch.minutes)}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
