"""What another tier policy would do: how many clients would move, from which tier to which, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Sum, Value, When

from cartera.clients.models import Client, Kind
from cartera.kernel.actor import Actor
from cartera.value.models import TierOverride
from cartera.value.rules import LOWEST, TIERS, Policy


@dataclass(frozen=True, slots=True)
class Move:
    """So many clients that would go from one tier to another, and what they bring in a year."""

    before: str
    after: str
    clients: int
    revenue_minor: int

    @property
    def is_up(self) -> bool:
        return TIERS.index(self.after) < TIERS.index(self.before)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a policy would do to the clients that the actor sees. `apart` counts those whom other figures or people decide."""

    moves: Sequence[Move]
    sizes: Sequence[tuple[str, int, int]]
    apart: int

    @property
    def moving(self) -> int:
        return sum(move.clients for move in self.moves)


def preview(*, actor: Actor, policy: Policy, on: date) -> Preview:
    """The tiers of the night if this policy held, with the figures of the last one and with what a client keeps.

    Apart stand the minors of a household, who are valued through it, and those in whose tier somebody has put them.
    """
    rows = Client.objects.visible_to(actor).exclude(tier="").filter(until__isnull=True)
    given = TierOverride.objects.filter(
        client=OuterRef("pk"), from_day__lte=on, expires_on__gt=on, ended_on__isnull=True
    )
    minor = Q(kind=Kind.PERSON, birth_date__gt=policy.born_after(on), household__isnull=False)
    judged = rows.annotate(given=Exists(given)).annotate(
        apart=Case(When(minor | Q(given=True), then=Value(True)), default=Value(False)), after=_tier_under(policy)
    )
    told = judged.order_by().values("tier", "after", "apart").annotate(n=Count("id"), brings=Sum("revenue_minor"))
    found = [Move(one["tier"], one["after"], one["n"], one["brings"] or 0) for one in told if not one["apart"]]
    stay = {one["tier"]: 0 for one in told}
    for one in told:
        if one["apart"]:
            stay[one["tier"]] += one["n"]
    sizes = [
        (
            tier,
            sum(move.clients for move in found if move.before == tier) + stay.get(tier, 0),
            sum(move.clients for move in found if move.after == tier) + stay.get(tier, 0),
        )
        for tier in TIERS
    ]
    moves = sorted((move for move in found if move.before != move.after), key=lambda move: (move.before, move.after))
    return Preview(moves, sizes, sum(stay.values()))


def _tier_under(policy: Policy) -> Case:
    """The first way in that each client has, best tier first, as `rules.tier_of` looks for it."""
    ways = [
        When(
            Q(**{f"{way.by}_minor__gte": way.threshold})
            | Q(**{"tier": way.tier, f"{way.by}_minor__gte": way.keep_from}),
            then=Value(way.tier),
        )
        for way in policy.ways
    ]
    return Case(*ways, default=Value(LOWEST), output_field=CharField())
