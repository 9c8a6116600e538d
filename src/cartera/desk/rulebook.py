"""The rulebook as its pages and the API show it: topics, and each figure in words. A topic is one entry of `TOPICS`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy, ngettext

from cartera.clients import settings as clients
from cartera.clock.queries import institution
from cartera.desk import formats
from cartera.desk import settings as desk
from cartera.documents import settings as documents
from cartera.events import settings as events
from cartera.intake import settings as intake
from cartera.interactions import settings as interactions
from cartera.kernel.money import PPM
from cartera.rulebook import settings as rulebook
from cartera.rulebook.declaring import Setting, Unit
from cartera.team import settings as team
from cartera.value import settings as value


@dataclass(frozen=True, slots=True)
class Topic:
    """Figures that belong together: one page."""

    slug: str
    label: LazyText
    says: LazyText
    icon: str
    settings: Sequence[Setting]


TOPICS: Sequence[Topic] = (
    Topic(
        "costos",
        gettext_lazy("What an hour costs"),
        gettext_lazy("By role, for whoever has no cost of their own. It weighs every contact of the plan."),
        "coin",
        tuple(team.HOUR_COSTS.values()),
    ),
    Topic(
        "vencimientos",
        gettext_lazy("Maturities"),
        gettext_lazy("How early each line is told, and by when the client has to have been contacted."),
        "calendar-time",
        tuple(chain.from_iterable(events.LEADS.values())),
    ),
    Topic(
        "saldos",
        gettext_lazy("Balances that run down"),
        gettext_lazy("When a client's own past says that its money is leaving. The night looks."),
        "trending-down",
        tuple(events.RUN_DOWN.values()),
    ),
    Topic(
        "silencios",
        gettext_lazy("Silences"),
        gettext_lazy("When nobody has talked with a client for much longer than agreed and usual. The night looks."),
        "message-circle",
        tuple(events.SILENCE.values()),
    ),
    Topic(
        "minutos",
        gettext_lazy("Minutes of a contact"),
        gettext_lazy("What a contact usually takes: the plan and the cost to serve are made of it."),
        "clock",
        (*interactions.USUAL_MINUTES.values(), *events.MINUTES.values()),
    ),
    Topic(
        "metas",
        gettext_lazy("Goal and lists"),
        gettext_lazy("What the team aims at, and whom the lists of every day show."),
        "target-arrow",
        (desk.GOAL, desk.QUIET_DAYS, desk.MATURING_DAYS, value.REVIEW_DAYS),
    ),
    Topic(
        "deshacer",
        gettext_lazy("Undoing"),
        gettext_lazy("How long what somebody did can be taken back."),
        "arrow-back-up",
        (rulebook.UNDO_MINUTES, clients.UNMERGE_DAYS, intake.UNDO_DAYS, documents.KEPT_DAYS),
    ),
    Topic(
        "papeles",
        gettext_lazy("Papers"),
        gettext_lazy("How large they may be."),
        "file-text",
        (documents.MEGABYTES, documents.MEGABYTES_A_CLIENT),
    ),
    Topic(
        "acceso",
        gettext_lazy("Access"),
        gettext_lazy("What guards the data: access to clients of others, invitations and tokens."),
        "lock",
        (clients.ACCESS_DAYS, team.INVITATION_DAYS, team.MOST_TOKENS, team.TOKEN_DAYS),
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for topic in TOPICS for setting in topic.settings}
TOPIC_OF: Mapping[str, Topic] = {setting.name: topic for topic in TOPICS for setting in topic.settings}


def topic_called(slug: str) -> Topic | None:
    return next((topic for topic in TOPICS if topic.slug == slug), None)


def in_words(setting: Setting, kept: int, locale: formats.Locale) -> str:
    """A figure as a person reads it: "30 días", "96,5 %", "USD 26", "2,5 veces"."""
    match setting.unit:
        case Unit.MINUTES:
            return formats.minutes(kept)
        case Unit.MONEY:
            return formats.money(kept, institution().currency, locale, "if any")
        case Unit.SHARE:
            return formats.percent(kept / PPM, locale, 0 if kept % (PPM // 100) == 0 else 1)
        case Unit.TIMES:
            told = formats.number(kept / PPM, locale, 0 if kept % PPM == 0 else 1)
            return ngettext("%(n)s time", "%(n)s times", 1 if kept == PPM else 2) % {"n": told}
        case Unit.DAYS:
            return ngettext("%(n)s day", "%(n)s days", kept) % {"n": formats.number(kept, locale)}
        case Unit.MONTHS:
            return ngettext("%(n)s month", "%(n)s months", kept) % {"n": kept}
        case Unit.MEGABYTES:
            return f"{formats.number(kept, locale)}{formats.NBSP}MB"
        case Unit.COUNT:
            return formats.number(kept, locale)
