"""What another policy would move: the same tiers as the rule gives, and nobody who is decided otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cartera.clients.models import Client, Household
from cartera.kernel.actor import Actor
from cartera.value import actions
from cartera.value.models import ClientValue
from cartera.value.previewing import preview
from cartera.value.rules import Figures, Policy, tier_of
from tests.conftest import TODAY, given

POLICY = Policy.parse(
    {
        tier: {"assets_minor": least, "revenue_minor": least // 10}
        for tier, least in (("A", 1000), ("B", 500), ("C", 100))
    },
    number=2,
    hysteresis_ppm=100_000,
)
pytestmark = [pytest.mark.row("Y7", "V8"), pytest.mark.django_db]


@pytest.fixture
def clients(ana_staff) -> list[Client]:
    """One in each corner: (tier today, assets, revenue)."""
    corners = [("A", 950, 0), ("A", 899, 0), ("B", 1000, 0), ("D", 0, 100), ("C", 450, 45), ("B", 449, 0), ("D", 99, 9)]
    return [
        given(
            Client, key=f"P-{n}", kind="person", name=f"P {n}", search=f"p {n}", branch=ana_staff.branch,
            adviser=ana_staff, since=TODAY, tier=tier, assets_minor=assets, revenue_minor=revenue,
        )
        for n, (tier, assets, revenue) in enumerate(corners)
    ]  # fmt: skip


def test_gives_every_client_the_tier_that_the_rule_gives(ada: Actor, clients):
    by_rule: dict[str, int] = dict.fromkeys("ABCD", 0)
    for one in clients:
        figures = Figures(one.assets_minor, one.revenue_minor)
        by_rule[tier_of(figures, POLICY, previous=one.tier).tier] += 1
    found = preview(actor=ada, policy=POLICY, on=TODAY)
    assert {tier: after for tier, _before, after in found.sizes} == by_rule


def test_tells_who_moves_from_where_to_where_with_what_they_bring(ada: Actor, clients):
    found = preview(actor=ada, policy=POLICY, on=TODAY)
    assert ("D", "A", 1, 100) in [(one.before, one.after, one.clients, one.revenue_minor) for one in found.moves]
    assert found.moving == sum(one.clients for one in found.moves) > 0


def test_leaves_minors_of_a_household_and_exceptions_apart(ada: Actor, clients):
    child, excepted = clients[3], clients[2]
    Client.objects.filter(pk=child.pk).update(
        birth_date=date(TODAY.year - 10, 1, 1), household=given(Household, key="H", name="H")
    )
    figures = {"assets_minor": 0, "liabilities_minor": 0, "revenue_minor": 0, "cost_minor": 0, "minutes": 0}
    given(ClientValue, client=excepted, on_date=TODAY, frequency=0, **figures)
    thresholds = {tier: {"assets_minor": 100} for tier in "ABC"}
    actions.set_tier_policy(actor=ada, thresholds=thresholds, effective_from=TODAY, reason="First")
    actions.override_tier(
        actor=ada, client=excepted, tier="C", reason="Owns the mill", expires_on=TODAY + timedelta(days=9)
    )
    found = preview(actor=ada, policy=POLICY, on=TODAY)
    assert found.apart == 2
    assert ("D", "A") not in [(one.before, one.after) for one in found.moves]


def test_is_one_query(ada: Actor, clients, django_assert_num_queries):
    with django_assert_num_queries(1):
        preview(actor=ada, policy=POLICY, on=TODAY)


def test_counts_only_whom_the_actor_sees(beto: Actor, clients):
    assert preview(actor=beto, policy=POLICY, on=TODAY).sizes == [(tier, 0, 0) for tier in "ABCD"]
