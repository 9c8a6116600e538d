"""A client's year, what is behind, and compliance by adviser, tier and model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import translation

from cartera.clients.models import Channel, Client, Tier
from cartera.clock import queries as clock
from cartera.interactions import actions as interactions
from cartera.interactions.models import Purpose
from cartera.kernel.actor import Actor
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service import queries
from cartera.service.compliance import Owed, compliance
from cartera.service.models import ServiceModel
from cartera.service.queries import By
from cartera.team.models import Staff
from cartera.value.models import TierPeriod, TierPolicy
from tests.conftest import NOW, TODAY, given
from tests.service.conftest import Night

MakeClient = Callable[..., Client]
At = Callable[..., None]


@pytest.fixture
def served(night: Night, make_client: MakeClient) -> Client:
    """On 12/4/2 since today."""
    client = make_client(tier=Tier.A)
    night()
    return client


def touchpoints(client: Client) -> list[Promise]:
    return list(Promise.objects.filter(client=client).order_by("due_at"))


@pytest.mark.row("S6")
class TestAClientsYear:
    def test_begins_with_everything_to_come(self, served: Client, ana: Actor):
        year = queries.year_of(actor=ana, client=served)
        assert year is not None
        assert year.in_short == "0 / 12"
        assert (year.account.promised, year.account.to_come, year.behind) == (0, 12, [])
        assert year.next == touchpoints(served)[0]

    def test_counts_a_contact_that_kept_a_touchpoint(self, served: Client, ana: Actor):
        interactions.register(actor=ana, client=served, channel=Channel.PHONE, purpose=Purpose.TOUCH)
        year = queries.year_of(actor=ana, client=served)
        assert year is not None
        assert year.in_short == "1 / 12"
        assert year.next == touchpoints(served)[1]

    def test_says_what_is_behind_and_until_when_it_can_be_caught_up(self, served: Client, ana: Actor, at: At):
        first = touchpoints(served)[0]
        at(first.due_at + timedelta(days=1))
        year = queries.year_of(actor=ana, client=served)
        assert year is not None
        assert year.behind == [first]
        assert year.account.behind_until == first.latest_at
        with translation.override("en"):
            assert year.in_words == "One contact is behind: up to date if it is done by 29/06/2026."

    def test_at_an_earlier_date_is_as_it_was(self, served: Client, ana: Actor, at: At):
        first = touchpoints(served)[0]
        at(first.due_at + timedelta(days=3))
        promises.keep(actor=ana, promise=first)
        then = queries.year_of(actor=ana, client=served, at=first.due_at + timedelta(days=1))
        now = queries.year_of(actor=ana, client=served)
        assert then is not None
        assert now is not None
        assert (then.account.behind, then.account.late) == (1, 0)
        assert (now.account.behind, now.account.late) == (0, 1)
        assert then.behind == [first]

    def test_is_none_before_there_was_an_agreement(self, served: Client, ana: Actor):
        assert queries.year_of(actor=ana, client=served, at=NOW - timedelta(days=30)) is None

    def test_takes_over_what_an_earlier_agreement_left_behind(self, night: Night, served: Client, ana: Actor, at: At):
        first = touchpoints(served)[0]
        at(first.due_at + timedelta(days=2))
        Client.objects.filter(pk=served.pk).update(tier=Tier.D)
        night(clock.today())
        year = queries.year_of(actor=ana, client=served)
        assert year is not None
        assert year.behind == [first]
        assert year.account.all == 1 + 1

    def test_is_nobodys_business_in_another_branch(self, served: Client, beto: Actor):
        assert queries.year_of(actor=beto, client=served) is None
        assert not queries.arrears(actor=beto, at=NOW + timedelta(days=30)).exists()

    def test_takes_three_queries(
        self, served: Client, ana: Actor, django_assert_max_num_queries: Callable[..., object]
    ):
        with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
            year = queries.year_of(actor=ana, client=served)
            assert year is not None
            assert year.agreement.model.key


@pytest.mark.row("S6")
class TestArrears:
    def test_lists_what_is_due_and_not_done_the_longest_behind_first(
        self, night: Night, make_client: MakeClient, ana: Actor, at: At
    ):
        for _number in range(12):
            make_client(tier=Tier.A)
        night()
        at(NOW + timedelta(days=20))
        behind = list(queries.arrears(actor=ana))
        assert behind
        assert [promise.due_at for promise in behind] == sorted(promise.due_at for promise in behind)
        promises.keep(actor=ana, promise=behind[0])
        assert behind[0] not in queries.arrears(actor=ana)


@pytest.mark.row("S6")
class TestComplianceBy:
    def test_agrees_with_the_rule_at_any_date(
        self, night: Night, make_client: MakeClient, mara: Actor, ana: Actor, at: At, ana_staff: Staff
    ):
        for tier in (Tier.A, Tier.A, Tier.B, Tier.C):
            make_client(tier=tier)
        night()
        for number, promise in enumerate(Promise.objects.order_by("due_at")[:12]):
            at(promise.due_at + timedelta(days=1 if number % 3 else -1))
            if number % 4 == 3:
                promises.withdraw(actor=ana, promise=promise)
            else:
                promises.keep(actor=ana, promise=promise)
        night(TODAY + timedelta(days=150))
        for days in (0, 40, 80, 120, 160):
            when = NOW + timedelta(days=days)
            [row] = queries.compliance_by(actor=mara, by=By.ADVISER, at=when)
            owed = [
                Owed(one.made_at, one.due_at, one.latest_at, State(one.state), one.closed_at)
                for one in Promise.objects.all()
            ]
            assert (row.key, row.name) == (ana_staff.pk, ana_staff.name)
            assert row.account == compliance(owed, when)

    def test_by_model_is_of_the_agreement_at_the_date(
        self, night: Night, make_client: MakeClient, mara: Actor, models: dict[str, ServiceModel]
    ):
        make_client(tier=Tier.A)
        make_client(tier=Tier.D)
        night()
        rows = queries.compliance_by(actor=mara, by=By.MODEL)
        assert {(row.key, row.account.all) for row in rows} == {(models["12-4-2"].pk, 12), (models["1"].pk, 1)}

    def test_by_tier_is_of_the_tier_at_the_date(self, night: Night, make_client: MakeClient, mara: Actor):
        client = make_client(tier=Tier.A)
        policy = given(TierPolicy, number=1, effective_from=date(2020, 1, 1), thresholds={}, reason="")
        month = TODAY + timedelta(days=30)
        given(TierPeriod, client=client, tier=Tier.A, policy=policy, reason={}, from_day=TODAY, until_day=month)
        given(TierPeriod, client=client, tier=Tier.B, policy=policy, reason={}, from_day=month + timedelta(days=1))
        night()
        for days, tier in ((1, "A"), (30, "A"), (31, "B")):
            [row] = queries.compliance_by(actor=mara, by=By.TIER, at=NOW + timedelta(days=days))
            assert (row.key, row.clients) == (tier, 1)

    def test_shows_each_actor_the_own_clients(self, served: Client, ana: Actor, beto: Actor):
        assert [row.clients for row in queries.compliance_by(actor=ana, by=By.ADVISER)] == [1]
        assert queries.compliance_by(actor=beto, by=By.ADVISER) == []


@pytest.mark.row("S1")
def test_models_on_offer_are_those_of_the_day(models: dict[str, ServiceModel], ana: Actor):
    assert {model.key for model in queries.models_on_offer(actor=ana)} == set(models)
    assert queries.models_on_offer(actor=ana, on=date(2019, 1, 1)) == []
