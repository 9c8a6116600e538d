"""Exceptions from the tier policy: ended by the night when their day is past, and reviewed by whoever has the authority."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.clients.models import Client, Tier
from cartera.kernel.errors import InvalidTransition, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.value import actions, queries
from cartera.value.models import Review, TierOverride
from tests.conftest import NOW, TODAY

SOON, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=200)


@pytest.fixture
def juan(clients, night) -> Client:
    night()
    return Client.objects.get(key="juan")


@pytest.fixture
def exception(mara, juan) -> TierOverride:
    return actions.override_tier(actor=mara, client=juan, tier=Tier.A, reason="Trae a su gremio", expires_on=SOON)


def waiting(actor) -> list[TierOverride]:
    return list(queries.overrides_to_review(actor=actor))


def tier_of(client: Client) -> str:
    return Client.objects.get(pk=client.pk).tier


@pytest.mark.row("V8")
class TestTheNight:
    def test_ends_what_expired_once_and_leaves_it_to_be_reviewed(self, ana, mara, juan, exception, night, at):
        before = tier_of(juan)
        at(NOW + timedelta(days=20))
        assert night(SOON).changed
        exception.refresh_from_db()
        assert (before, exception.ended_on) == ("A", SOON)
        assert tier_of(juan) != "A"
        assert waiting(mara) == [exception]
        assert Happening.objects.filter(name="tier.expire_override", client_id=juan.pk).count() == 1
        assert night(SOON).changed == 0

    def test_leaves_what_expires_tomorrow(self, mara, juan, exception, night, at):
        at(NOW + timedelta(days=19))
        night(SOON - timedelta(days=1))
        exception.refresh_from_db()
        assert (tier_of(juan), exception.ended_on) == ("A", None)


@pytest.mark.row("V8")
class TestTheReview:
    def test_waits_from_a_month_before_the_end(self, mara, juan):
        late = actions.override_tier(actor=mara, client=juan, tier=Tier.A, reason="x", expires_on=TODAY + timedelta(31))
        assert waiting(mara) == []
        assert late not in waiting(mara)

    def test_renews_with_another_reason_until_another_day(self, mara, juan, exception):
        renewed = actions.renew_override(
            actor=mara, tier_override=exception, reason="Sigue trayéndolo", expires_on=LATER
        )
        exception.refresh_from_db()
        assert (exception.review, exception.reviewed_on, exception.reviewed_by_id) == (Review.RENEWED, TODAY, mara.id)
        assert (renewed.tier, renewed.expires_on, tier_of(juan), waiting(mara)) == ("A", LATER, "A", [])

    def test_renews_what_has_expired(self, mara, juan, exception, night, at):
        at(NOW + timedelta(days=20))
        night(SOON)
        actions.renew_override(actor=mara, tier_override=exception, reason="Sigue", expires_on=LATER)
        assert (tier_of(juan), waiting(mara)) == ("A", [])

    def test_undone_brings_back_the_decision_and_its_review(self, mara, juan, exception):
        renewed = actions.renew_override(actor=mara, tier_override=exception, reason="Sigue", expires_on=LATER)
        undo(actor=mara, happening_id=renewed.happening.pk)
        exception.refresh_from_db()
        assert (tier_of(juan), waiting(mara), exception.ended_on) == ("A", [exception], None)

    def test_lets_it_end_on_its_day(self, mara, juan, exception):
        done = actions.let_override_end(actor=mara, tier_override=exception)
        assert (tier_of(juan), waiting(mara), exception.review) == ("A", [], Review.LET_END)
        undo(actor=mara, happening_id=done.happening.pk)
        assert waiting(mara) == [exception]

    def test_is_made_once(self, mara, exception):
        actions.let_override_end(actor=mara, tier_override=exception)
        with pytest.raises(InvalidTransition):
            actions.renew_override(actor=mara, tier_override=exception, reason="x", expires_on=LATER)
        with pytest.raises(InvalidTransition):
            actions.let_override_end(actor=mara, tier_override=exception)

    def test_is_for_those_with_the_authority(self, ana, beto, exception):
        with pytest.raises(NotPermitted):
            actions.let_override_end(actor=ana, tier_override=exception)
        assert waiting(beto) == []

    def test_of_an_early_end_is_done_by_who_ended_it(self, mara, exception):
        actions.end_override(actor=mara, tier_override=exception)
        assert (waiting(mara), exception.review) == ([], Review.LET_END)

    def test_of_a_client_out_of_reach_is_a_404(self, mara, exception, yunguilla, ada):
        far = actions.override_tier(actor=ada, client=yunguilla, tier=Tier.A, reason="x", expires_on=SOON)
        assert waiting(mara) == [exception]
        with pytest.raises(NotFound):
            actions.let_override_end(actor=mara, tier_override=far)


@pytest.mark.row("V5", "V9")
class TestTheBook:
    def test_adds_up(self, ana, juan):
        totals = queries.totals_of(queries.portfolio(actor=ana))
        spread = queries.spread_of(queries.portfolio(actor=ana), "assets_minor")
        assert (totals.clients, totals.assets_minor) == (spread.clients, spread.total_minor)
        assert totals.cost_minor == sum(
            Client.objects.exclude(value=None)
            .filter(until=None, adviser_id=ana.id)
            .values_list("value__cost_minor", flat=True)
        )
        assert totals.losing == queries.cost_more_than_they_bring(actor=ana).filter(client__until=None).count()

    def test_knows_how_many_come_before(self, ana, juan):
        rows = queries.portfolio(actor=ana).order_by("-assets_minor", "-id")
        for place, client in enumerate(rows):
            told = queries.before(rows, ("-assets_minor", "-id"), client)
            assert told == (place, sum(other.assets_minor for other in rows[:place]))

    def test_is_ranked_by_what_the_cost_leaves(self, ana, juan):
        keys = [client.key for client in queries.portfolio(actor=ana).order_by("margin_minor", "id")]
        assert (keys[0], keys[-1]) == ("prospect", "maria")

    def test_of_another_adviser_is_empty(self, beto, juan):
        assert not queries.portfolio(actor=beto).exists()
        assert not queries.portfolio(actor=beto, adviser_id=juan.adviser_id).exists()

    def test_spread_is_one_query(self, ana, juan, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.spread_of(queries.portfolio(actor=ana), "revenue_minor")
