from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override as language

from cartera.clients.models import Client, Tier
from cartera.kernel.pages import page_of
from cartera.value import actions, queries
from cartera.value.queries import TierShare
from cartera.value.rules import Policy
from cartera.value.words import reason_in_words
from tests.conftest import TODAY
from tests.value.conftest import THRESHOLDS


@pytest.fixture
def valued(clients, night):
    night()
    return {key: Client.objects.get(key=key) for key in clients}


@pytest.mark.row("V5")
class TestTheRanking:
    def test_is_by_assets_or_by_revenue(self, ana, valued):
        by_assets = [client.key for client in queries.ranking(actor=ana)][:3]
        by_revenue = [client.key for client in queries.ranking(actor=ana, by="revenue_minor")][:4]
        assert by_assets == ["maria", "luis", "export"]
        assert by_revenue == ["maria", "luis", "juan", "export"]

    def test_pages_by_key_in_two_queries(self, ana, valued, django_assert_max_num_queries):
        first = page_of(queries.ranking(actor=ana), order=("-assets_minor", "-id"), limit=2)
        with django_assert_max_num_queries(2):
            second = page_of(
                queries.ranking(actor=ana), order=("-assets_minor", "-id"), limit=2, cursor=first.next_cursor
            )
            assert [client.value.assets_minor for client in second.items] == [10_800_00, 10_00]

    def test_of_another_book_is_empty(self, beto, valued):
        assert not queries.ranking(actor=beto).exists()


@pytest.mark.row("V5")
class TestTheDistribution:
    def test_adds_up_over_the_tiers(self, ana, valued):
        assert queries.tier_shares(actor=ana) == [
            TierShare("A", 2, 520_010_00, 10_400_10),
            TierShare("B", 3, 50_007_00 + 10_800_00, 324_36 + 1_010_14 + 108_00),
            TierShare("D", 1, 0, 0),
        ]

    def test_answers_what_if_a_threshold_were_another(self, ana, valued):
        stricter = Policy.parse({**THRESHOLDS, "A": {"assets_minor": 60_000_000}}, number=0, hysteresis_ppm=0)
        shares = {share.tier: share.clients for share in queries.tier_shares_under(actor=ana, policy=stricter)}
        assert shares == {"B": 4, "D": 2}

    def test_proposes_thresholds(self, ana, valued):
        assert queries.proposed_thresholds(actor=ana) == {
            "A": {"assets_minor": 52_000_000, "revenue_minor": 1_000_000},
            "B": {"assets_minor": 5_000_000, "revenue_minor": 100_000},
            "C": {"assets_minor": 1_000_000, "revenue_minor": 32_000},
        }


@pytest.mark.row("V9")
class TestCostAgainstRevenue:
    def test_lists_those_who_cost_more_than_they_bring(self, ana, valued):
        (prospect,) = queries.cost_more_than_they_bring(actor=ana)
        assert (prospect.client.key, prospect.loss_minor) == ("prospect", 49_83)

    def test_lists_the_demanding_ones_in_low_tiers(self, ana, valued):
        assert [value.client.key for value in queries.demanding_in_low_tiers(actor=ana, minutes=120)] == ["prospect"]
        assert not queries.demanding_in_low_tiers(actor=ana, minutes=121).exists()

    def test_shows_nothing_to_another_branch(self, beto, valued):
        assert not queries.cost_more_than_they_bring(actor=beto).exists()


class TestAClientsWorth:
    def test_has_its_figures_tier_and_margin(self, ana, valued, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            worth = queries.worth_of(actor=ana, client=valued["maria"])
        assert (worth.tier, worth.reason["by"], worth.value.on_date, worth.margin_minor) == (
            "A",
            "assets",
            TODAY,
            10_400_00,
        )
        assert worth.override is None

    def test_before_the_first_night_is_not_known(self, ana, clients):
        worth = queries.worth_of(actor=ana, client=clients["maria"])
        assert (worth.value, worth.margin_minor, worth.tier) == (None, None, "")

    def test_is_nothing_to_another_branch(self, beto, valued):
        assert queries.worth_of(actor=beto, client=valued["maria"]).value is None
        assert not queries.tier_history(actor=beto, client=valued["maria"]).exists()

    @pytest.mark.row("V8")
    def test_shows_the_override_and_when_to_review_it(self, ana, mara, valued):
        actions.override_tier(
            actor=mara, client=valued["luis"], tier=Tier.A, reason="Owns the mill", expires_on=date(2026, 7, 1)
        )
        worth = queries.worth_of(actor=ana, client=Client.objects.get(key="luis"))
        assert (worth.tier, worth.override.reason, worth.override.by.name) == ("A", "Owns the mill", "Mara Toral")
        assert queries.overrides_to_review(actor=mara, within=timedelta(days=15)).exists()
        assert not queries.overrides_to_review(actor=mara, within=timedelta(days=14)).exists()
        assert [period.tier for period in queries.tier_history(actor=ana, client=valued["luis"])] == ["A"]


@pytest.mark.row("V7")
class TestAReasonInWords:
    @pytest.mark.parametrize(
        ("key", "words"),
        [
            ("maria", "Assets of USD 520,000.00 are at least the USD 500,000.00 of tier A (policy 1)."),
            ("juan", "Yearly revenue of USD 324.36 is at least the USD 300.00 of tier B (policy 1)."),
            (
                "sofia",
                "A minor, valued through its household. Assets of USD 520,010.00 are at least the USD 500,000.00 of tier A (policy 1).",
            ),
            ("prospect", "Assets of USD 0.00 reach no threshold of policy 1: the lowest is USD 1,000.00."),
        ],
    )
    def test_is_a_sentence(self, valued, key, words):
        client = valued[key]
        with language("en"):
            assert reason_in_words(client.tier, client.tier_reason, "USD") == words

    def test_says_what_the_band_did_and_what_a_person_decided(self, mara, valued):
        kept = {
            "by": "assets",
            "amount": 95,
            "threshold": 100,
            "kept_by_hysteresis": True,
            "household": None,
            "policy": 2,
        }
        with language("en"):
            assert reason_in_words("A", kept, "CLP") == (
                "Assets of CLP 95 are a little under CLP 100: it stays in tier A (policy 2)."
            )
            actions.override_tier(
                actor=mara, client=valued["juan"], tier=Tier.A, reason="Owns the mill", expires_on=date(2026, 7, 1)
            )
            juan = Client.objects.get(key="juan")
            assert reason_in_words(juan.tier, juan.tier_reason, "USD") == (
                "Somebody put it in tier A until 06/30/2026; by policy 1 it would be in tier B."
            )

    def test_is_in_the_readers_language(self, valued):
        maria = valued["maria"]
        with language("es"):
            words = reason_in_words(
                maria.tier, maria.tier_reason, "USD", money=lambda minor, currency: f"{currency} {minor}"
            )
        assert words == "Sus activos de USD 52000000 llegan a los USD 50000000 del nivel A (política 1)."

    def test_is_empty_before_the_first_night(self):
        assert reason_in_words("", {}, "USD") == ""
