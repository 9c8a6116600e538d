"""Questions about what was agreed with clients, and whether we do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, F, FilteredRelation, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.promises.models import Origin, Promise, PromiseQuerySet
from cartera.promises.rules import State
from cartera.service import planning
from cartera.service.compliance import REPLACED, Compliance, Owed, compliance
from cartera.service.models import Agreement, ServiceModel

STILL_OPEN = timedelta(days=60)
"""Longer than any window: what was due before is kept or broken."""


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """A client's year under its agreement: every touchpoint in order, and the account of them at an instant."""

    agreement: Agreement
    touchpoints: Sequence[Promise]
    account: Compliance
    at: datetime

    @property
    def behind(self) -> list[Promise]:
        """Due and not done yet, the longest behind first."""
        return [promise for promise in self._open if promise.due_at < self.at]

    @property
    def next(self) -> Promise | None:
        """The first touchpoint that is still to be done."""
        return next(iter(self._open), None)

    @property
    def in_short(self) -> str:
        """ "5 / 12": done, of all the year's."""
        return f"{self.account.done} / {self.account.all}"

    @property
    def in_words(self) -> str:
        """How the agreement stands, and how it is caught up."""
        behind, until = self.account.behind, self.account.behind_until
        if behind and until:
            return ngettext(
                "One contact is behind: up to date if it is done by %(day)s.",
                "%(count)s contacts are behind: the first one has to be done by %(day)s.",
                behind,
            ) % {"count": behind, "day": f"{until.astimezone(clock.zone()):%d/%m/%Y}"}
        if self.account.missed:
            return ngettext(
                "Up to date; one contact was not made this year.",
                "Up to date; %(count)s contacts were not made this year.",
                self.account.missed,
            ) % {"count": self.account.missed}
        return _("Up to date.")

    @property
    def _open(self) -> list[Promise]:
        return [promise for promise in self.touchpoints if _owed(promise).state_at(self.at) == State.PROMISED]


class By(StrEnum):
    """What compliance can be read by."""

    ADVISER = "adviser"
    TIER = "tier"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class ComplianceRow:
    """The account of one adviser, tier or model. `key` is its id or letter, None for those without one."""

    key: int | str | None
    name: str
    clients: int
    account: Compliance


def models_on_offer(*, actor: Actor, on: date | None = None) -> list[ServiceModel]:
    """The service models of a day, with their touchpoints."""
    day = on or clock.today()
    rows = ServiceModel.objects.visible_to(actor).filter(Q(active_until__isnull=True) | Q(active_until__gt=day))
    return list(rows.filter(active_from__lte=day).prefetch_related("touchpoints").order_by("tiers", "key"))


def agreement_of(*, actor: Actor, client: Client, on: date | None = None) -> Agreement | None:
    """The agreement that a client is served after on a day."""
    rows = Agreement.objects.visible_to(actor).filter(
        client=client, pk__in=Agreement.objects.in_force(on or clock.today())
    )
    return rows.select_related("model").order_by("-number").first()


def year_of(*, actor: Actor, client: Client, at: datetime | None = None) -> ServiceYear | None:
    """The year of a client's agreement as it stood at an instant, now unless one is given; None without an agreement.

    What an earlier agreement promised and is still open is behind in this one.
    """
    instant = at or clock.now()
    agreement = agreement_of(actor=actor, client=client, on=instant.astimezone(clock.zone()).date())
    if agreement is None:
        return None
    begins, ends = (planning.begins_at(day, clock.zone()) for day in (agreement.from_day, agreement.until_day))
    rows = _touchpoints(actor).filter(client=client, due_at__gte=begins - STILL_OPEN, due_at__lt=ends)
    gone = (None, *REPLACED)
    touchpoints = [
        promise
        for promise in rows.select_related("kept_by").order_by("due_at", "id")
        if (state := _owed(promise).state_at(instant)) not in gone
        and (promise.due_at >= begins or state == State.PROMISED)
    ]
    return ServiceYear(agreement, touchpoints, compliance(map(_owed, touchpoints), instant), instant)


def arrears(*, actor: Actor, at: datetime | None = None) -> PromiseQuerySet:
    """Touchpoints that were due and are not done yet, the longest behind first."""
    rows = _touchpoints(actor).open().due_before(at or clock.now())
    return rows.select_related("client", "staff").order_by("due_at", "id")


def compliance_by(
    *, actor: Actor, by: By, at: datetime | None = None, term: timedelta = timedelta(days=365)
) -> list[ComplianceRow]:
    """Promised against done at an instant, over the touchpoints that were due in the term before it.

    Tier and model are those that a client had at the instant. It agrees with `compliance`, row by row.
    """
    instant = at or clock.now()
    day = instant.astimezone(clock.zone()).date()
    closed, still = Q(closed_at__lte=instant), Q(closed_at__isnull=True) | Q(closed_at__gt=instant)
    rows = _touchpoints(actor).filter(made_at__lte=instant, due_at__gt=instant - term)
    rows = rows.exclude(closed & Q(state__in=REPLACED)).annotate(**_relations(day))
    group, name = _GROUPS[by]
    counted = rows.values(key=F(group), called=F(name)).annotate(
        clients=Count("client", distinct=True),
        on_time=Count("pk", filter=closed & Q(state=State.KEPT)),
        late=Count("pk", filter=closed & Q(state=State.LATE)),
        missed=Count("pk", filter=closed & Q(state=State.BROKEN)),
        behind=Count("pk", filter=still & Q(due_at__lt=instant)),
        to_come=Count("pk", filter=still & Q(due_at__gte=instant)),
        behind_until=Min("latest_at", filter=still & Q(due_at__lt=instant)),
    )
    return [
        ComplianceRow(
            key=row["key"],
            name=row["called"] or "",
            clients=row["clients"],
            account=Compliance(
                on_time=row["on_time"],
                late=row["late"],
                behind=row["behind"],
                missed=row["missed"],
                to_come=row["to_come"],
                behind_until=row["behind_until"],
            ),
        )
        for row in counted.order_by("called", "key")
    ]


_GROUPS = {
    By.ADVISER: ("staff_id", "staff__name"),
    By.TIER: ("tier_then__tier", "tier_then__tier"),
    By.MODEL: ("agreement_then__model_id", "agreement_then__model__name"),
}


def _relations(day: date) -> dict[str, FilteredRelation]:
    """What a client had on a day: at most one tier and one agreement."""
    tiers, agreements = "client__tiers", "client__agreements"
    return {
        "tier_then": FilteredRelation(
            tiers,
            condition=Q(**{f"{tiers}__from_day__lte": day})
            & (Q(**{f"{tiers}__until_day__isnull": True}) | Q(**{f"{tiers}__until_day__gte": day})),
        ),
        "agreement_then": FilteredRelation(
            agreements,
            condition=Q(**{f"{agreements}__from_day__lte": day, f"{agreements}__until_day__gt": day})
            & (Q(**{f"{agreements}__ended_on__isnull": True}) | Q(**{f"{agreements}__ended_on__gt": day})),
        ),
    }


def _touchpoints(actor: Actor) -> PromiseQuerySet:
    rows = Promise.objects.visible_to(actor)
    assert isinstance(rows, PromiseQuerySet)
    return rows.filter(origin=Origin.MODEL)


def _owed(promise: Promise) -> Owed:
    return Owed(promise.made_at, promise.due_at, promise.latest_at, State(promise.state), promise.closed_at)
