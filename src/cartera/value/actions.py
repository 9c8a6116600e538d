"""What people decide on tiers: the policy, and the exceptions from it. All clients at once: `actions_in_bulk`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cartera.clients.actions import standing
from cartera.clients.models import Client, Tier
from cartera.clock.queries import today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import Happening
from cartera.team.queries import staff_of
from cartera.value.models import TierOverride, TierPeriod, TierPolicy
from cartera.value.queries import decision_for, policy_in_force
from cartera.value.rules import By, Decision, Policy, PolicyFault

Thresholds = Mapping[str, Mapping[str, int | None]]

FAULTS = {
    "missing": _("Say from which assets or yearly revenue on a client is in this tier."),
    "unknown": _("There is no such tier or measure."),
    "not positive": _("A threshold is more than zero."),
    "not whole": _("A threshold is a whole number of minor units."),
    "above a better tier": _("The threshold of a lower tier cannot be above that of a better one."),
    "out of range": _("The band is a share between nothing and the whole."),
}


class OverrideIsOver(InvalidTransition):
    code = "override-is-over"
    title = _("That decision is not in force any more.")


@action("tier.set_policy")
def set_tier_policy(
    *,
    actor: Actor,
    thresholds: Thresholds,
    effective_from: date,
    reason: str,
    hysteresis_ppm: int = 100_000,
    adult_age: int = 18,
) -> TierPolicy:
    """Make a new version of the tier policy, in force from a day on: the night of that day gives the tiers after it.

    Raises Invalid for thresholds that make no sense, a day that has passed, or no reason.
    """
    if effective_from < today():
        raise Invalid(fields={"effective_from": [_("A policy takes effect today or later.")]})
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    return _add_policy(thresholds, effective_from, reason, hysteresis_ppm, adult_age)


@action("tier.propose_policy")
def propose_tier_policy(*, actor: Actor, thresholds: Thresholds, effective_from: date) -> TierPolicy:
    """Make the first version, from the distribution of assets and revenue, where nobody has made one."""
    reason = gettext("Proposed from the distribution of assets and revenue.")
    return _add_policy(thresholds, effective_from, reason, hysteresis_ppm=100_000, adult_age=18)


@action("tier.override", undone_by="tier.end_override")
def override_tier(*, actor: Actor, client: Client, tier: Tier, reason: str, expires_on: date) -> TierOverride:
    """Put a client in another tier, from today until the day before `expires_on`, in place of an earlier decision.

    Raises Invalid without a reason or with an expiry that is not later than today.
    """
    day = today()
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    if expires_on <= day:
        raise Invalid(fields={"expires_on": [_("It has to expire after today.")]})
    staff = staff_of(actor)
    if staff is None:
        raise NotPermitted(action="tier.override")
    for earlier in TierOverride.objects.filter(client=client, ended_on__isnull=True, expires_on__gt=day):
        earlier.change(ended_on=day)
    override = TierOverride.add(client=client, tier=tier, reason=reason, by=staff, from_day=day, expires_on=expires_on)
    _put_in_tier(client.pk, day)
    return override


@action("tier.end_override")
def end_override(
    *, actor: Actor, tier_override: TierOverride, reason: str = "", undoes: Happening | None = None
) -> TierOverride:
    """End an override today: the client is back in the tier that the policy gives it. Raises OverrideIsOver."""
    day = today()
    if tier_override.ended_on is not None or tier_override.expires_on <= day:
        raise OverrideIsOver()
    tier_override.change(ended_on=day)
    _put_in_tier(tier_override.client_id, day)
    return tier_override


def _add_policy(
    thresholds: Thresholds, effective_from: date, reason: str, hysteresis_ppm: int, adult_age: int
) -> TierPolicy:
    number = (TierPolicy.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        Policy.parse(thresholds, number=number, hysteresis_ppm=hysteresis_ppm, adult_age=adult_age)
    except PolicyFault as fault:
        field = "_".join(part for part in (fault.tier, fault.measure) if part)
        raise Invalid(fields={field: [FAULTS[fault.code]]}) from fault
    return TierPolicy.add(
        number=number,
        effective_from=effective_from,
        thresholds={tier: dict(ways) for tier, ways in thresholds.items()},
        hysteresis_ppm=hysteresis_ppm,
        adult_age=adult_age,
        reason=reason,
    )


def _put_in_tier(client_id: int, day: date) -> None:
    """The tier that the client has from today on: the page is right at once, and the night finds the same."""
    policy = policy_in_force(day)
    if policy is None:
        raise Invalid(_("There is no tier policy yet: set one first."))
    decision = decision_for(client_id, policy, day)
    reason = decision.reason()
    _move_period(client_id, day, decision, policy, reason)
    standing.tell_tier(client_id=client_id, tier=decision.tier, reason=reason)


def _move_period(client_id: int, day: date, decision: Decision, policy: TierPolicy, reason: dict[str, Any]) -> None:
    present = TierPeriod.objects.filter(client_id=client_id, until_day__isnull=True).first()
    values = {"tier": decision.tier, "by": str(decision.by), "policy": policy, "reason": reason}
    if present is not None and present.from_day >= day:
        present.change(**values)
        return
    if present is not None:
        if present.tier == decision.tier and (present.by == By.OVERRIDE) == (decision.by == By.OVERRIDE):
            return
        present.change(until_day=day - timedelta(days=1))
    TierPeriod.add(client_id=client_id, from_day=day, **values)
