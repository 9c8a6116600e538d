"""The value step on a bank whose figures were worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.apps import apps
from django.forms.models import model_to_dict

from cartera.clients.models import Client, Holding, Household
from cartera.clients.models.client import Tier
from cartera.kernel.models import Happening
from cartera.products.models import Product
from cartera.value import actions
from cartera.value.models import ClientValue, TierOverride, TierPeriod, TierPolicy
from cartera.value.tiering import VALUES
from tests.conftest import TODAY

TOMORROW = TODAY + timedelta(days=1)

# assets, liabilities, revenue, cost, minutes, recency, frequency
EXPECTED = {
    "maria": (520_000_00, 0, 10_400_00, 0, 0, 2, 2),
    # the loan: 183 of 548 days are left of 12,000.00, 4,007.30 at 5 %, a half to even; the card's last month end and its fee
    "juan": (0, 4_007_30 + 1_000_00, 200_36 + 100_00 + 24_00, 0, 0, None, 0),
    # the deposit that matured and the one that closes tomorrow; the policy's fee
    "luis": (50_000_00 + 7_00, 0, 1_000_00 + 14 + 10_00, 0, 0, None, 0),
    "sofia": (10_00, 0, 10, 0, 0, None, 0),
    "export": (10_800_00, 0, 108_00, 0, 0, None, 0),
    # 60, 25 and 30 minutes at 26.00 an hour, 49.83; 5 minutes of nobody
    "prospect": (0, 0, 0, 49_83, 120, None, 0),
}
FIGURES = ("assets_minor", "liabilities_minor", "revenue_minor", "cost_minor", "minutes", "recency_days", "frequency")


def figures() -> dict[str, tuple[int | None, ...]]:
    rows = ClientValue.objects.values_list("client__key", *FIGURES)
    return {key: tuple(values) for key, *values in rows}


def fingerprint() -> dict[str, list[dict[str, object]]]:
    """Every business row there is, in full."""
    rooms = [
        config for config in apps.get_app_configs() if config.name.startswith("cartera.") and config.label != "kernel"
    ]
    return {
        model._meta.label: [
            {**model_to_dict(row), "version": getattr(row, "version", 0)} for row in model._base_manager.order_by("pk")
        ]
        for config in rooms
        for model in config.get_models()
    }


class TestFigures:
    @pytest.mark.row("V5", "V9")
    def test_are_those_worked_out_by_hand(self, clients, night):
        assert night().rows == 6
        assert figures() == EXPECTED

    def test_of_a_currency_without_a_rate_stand_apart(self, clients, night):
        night()
        apart = dict(ClientValue.objects.exclude(foreign={}).values_list("client__key", "foreign"))
        assert apart == {"export": {"GBP": {"assets_minor": 500000, "liabilities_minor": 0, "revenue_minor": 10000}}}

    @pytest.mark.row("V9")
    def test_leave_the_cost_of_a_contact_that_was_registered_by_mistake(self, clients, night):
        clients["prospect"].interactions.filter(minutes=60).update(retracted_at=datetime(2026, 6, 17, 4, tzinfo=UTC))
        night()
        assert figures()["prospect"][3:5] == (23_83, 60)

    def test_are_told_to_the_clients_rows_without_moving_their_version(self, clients, night):
        night()
        maria = Client.objects.get(key="maria")
        assert (maria.assets_minor, maria.revenue_minor, maria.version) == (520_000_00, 10_400_00, 1)


class TestWhatWasKnown:
    """Rows that were recorded after the date do not count, once the installation knew anything by then."""

    @pytest.fixture
    def known(self, clients):
        for model in (Client, Holding):
            model.objects.update(recorded_at=datetime(2026, 6, 1, tzinfo=UTC))

    def test_a_holding_that_was_recorded_later_does_not_count(self, known, clients, night):
        Holding.objects.filter(key="M-1").update(recorded_at=datetime(2026, 6, 17, 5, tzinfo=UTC))
        night()
        assert figures()["maria"][0] == 0

    def test_a_holding_that_was_recorded_on_the_day_does(self, known, clients, night):
        Holding.objects.filter(key="M-1").update(recorded_at=datetime(2026, 6, 17, 4, 59, tzinfo=UTC))
        night()
        assert figures()["maria"][0] == 520_000_00

    def test_a_client_that_was_recorded_later_is_not_valued(self, known, clients, night):
        Client.objects.filter(key="luis").update(recorded_at=datetime(2026, 6, 18, tzinfo=UTC))
        assert night().rows == 5
        assert "luis" not in figures()

    def test_before_anything_was_recorded_validity_alone_counts(self, known, clients, night):
        assert night(date(2026, 5, 31)).rows == 7
        assert figures()["maria"][0] == 500_000_00
        assert figures()["gone"][0] == 1_000_00


@pytest.mark.row("V7")
class TestTiers:
    def test_follow_the_policy_with_their_reasons(self, clients, night, policy):
        assert night().summary["tiers"] == {"A": 2, "B": 3, "D": 1}
        assert dict(Client.objects.exclude(tier="").values_list("key", "tier")) == {
            "maria": "A", "juan": "B", "luis": "B", "sofia": "A", "export": "B", "prospect": "D",
        }  # fmt: skip
        reasons = dict(Client.objects.values_list("key", "tier_reason"))
        plain = {"kept_by_hysteresis": False, "household": None, "policy": 1}
        assert reasons["maria"] == {**plain, "by": "assets", "amount": 520_000_00, "threshold": 50_000_000}
        assert reasons["juan"] == {**plain, "by": "revenue", "amount": 324_36, "threshold": 30_000}
        stored = [*reasons.values(), *TierPeriod.objects.values_list("reason", flat=True)]
        assert not [value for reason in stored for value in reason.values() if isinstance(value, float)]
        assert reasons["prospect"] == {**plain, "by": "rest", "amount": 0, "threshold": 100_000}

    def test_of_minors_follow_their_household(self, clients, night):
        night()
        home = Household.objects.get()
        sofia = TierPeriod.objects.get(client=clients["sofia"])
        assert (sofia.tier, sofia.by) == ("A", "assets")
        assert sofia.reason["household"] == home.pk
        assert sofia.reason["amount"] == 520_010_00

    def test_change_from_a_day_on(self, clients, night):
        night()
        Holding.objects.filter(key="M-1").update(balance_minor=100_00, balance_on=TOMORROW)
        Holding.objects.filter(client__key="juan").update(closed_on=TOMORROW)
        night(TOMORROW)
        rows = TierPeriod.objects.filter(client__key__in=("juan", "luis")).order_by("client__key", "from_day")
        assert list(rows.values_list("client__key", "tier", "from_day", "until_day")) == [
            ("juan", "B", TODAY, TODAY),
            ("juan", "D", TOMORROW, None),
            ("luis", "B", TODAY, TODAY),
            ("luis", "A", TOMORROW, None),
        ]

    def test_stay_within_the_band_from_night_to_night(self, clients, night):
        Product.objects.filter(key="savings").update(margin_ppm=0)
        night()
        for day, minor, tier in (
            (1, 455_000_00, "A"),
            (2, 499_999_99, "A"),
            (3, 450_000_00, "A"),
            (4, 449_999_99, "B"),
        ):
            on = TODAY + timedelta(days=day)
            Holding.objects.filter(key="M-1").update(balance_minor=minor, balance_on=on)
            night(on)
            maria = Client.objects.get(key="maria")
            assert maria.tier == tier, minor
            assert maria.tier_reason["kept_by_hysteresis"] is (tier == "A")

    def test_are_proposed_from_the_distribution_where_there_is_no_policy(self, clients, night):
        TierPolicy.objects.all().delete()
        night()
        (policy,) = TierPolicy.objects.all()
        assert policy.thresholds["A"] == {"assets_minor": 52_000_000, "revenue_minor": 1_000_000}
        assert policy.effective_from == TODAY


class TestAgain:
    def test_changes_nothing(self, clients, night):
        first = night()
        before = fingerprint()
        again = night()
        assert (first.rows, again.rows) == (6, 6)
        assert first.changed == 18
        assert again.changed == 0
        assert fingerprint() == before

    def test_leaves_one_happening_for_a_night_that_changed_something(self, clients, night):
        night()
        night()
        (kept,) = Happening.objects.filter(name="value.record")
        assert (kept.rows, kept.facts["clients"], kept.facts["on"]) == (18, 6, "2026-06-16")

    def test_takes_back_what_the_same_date_no_longer_gives(self, clients, night):
        night(TODAY - timedelta(days=1))
        before = fingerprint()["value.TierPeriod"]
        Holding.objects.filter(client__key="juan").update(closed_on=TODAY)
        night()
        assert TierPeriod.objects.filter(client__key="juan").count() == 2
        Holding.objects.filter(client__key="juan").update(closed_on=None)
        night()
        periods = fingerprint()["value.TierPeriod"]
        assert [row for row in periods if row["client"] == clients["juan"].pk and row["until_day"] is None] == [
            {**row, "version": row["version"] + 2} for row in before if row["client"] == clients["juan"].pk
        ]


class TestWhoLeft:
    def test_has_no_value_nor_standing_any_more_and_a_tier_that_ended(self, clients, night):
        night(TODAY - timedelta(days=1))
        assert Client.objects.get(key="gone").tier == "C"
        night()
        gone = Client.objects.get(key="gone")
        assert (gone.tier, gone.tier_reason, gone.assets_minor, gone.revenue_minor) == ("", {}, 0, 0)
        assert not ClientValue.objects.filter(client=gone).exists()
        assert TierPeriod.objects.get(client=gone).until_day == TODAY - timedelta(days=1)
        assert night().changed == 0


class TestAReplay:
    def test_writes_values_beside_its_snapshot_and_nothing_else(self, clients, night, settings):
        night()
        before = fingerprint()
        replayed = night(date(2026, 5, 31), replay=True)
        assert (replayed.rows, replayed.changed) == (7, 0)
        assert fingerprint() == before
        values = pl.read_parquet(settings.CARTERA_HOME / "snapshots" / "2026-05-31" / "values.parquet")
        assert {name: str(kind) for name, kind in values.schema.items()} == {
            name: {"int64": "Int64", "string": "String", "boolean": "Boolean", "date": "Date"}[kind]
            for name, kind in VALUES.items()
        }
        assert values["client_id"].is_sorted()
        maria = values.row(by_predicate=pl.col("client") == "maria", named=True)
        assert (maria["assets_minor"], maria["tier"]) == (500_000_00, "A")


@pytest.mark.row("V8")
class TestOverridesAtNight:
    def test_hold_until_they_expire(self, clients, night, mara):
        night()
        actions.override_tier(
            actor=mara,
            client=clients["prospect"],
            tier=Tier.B,
            reason="Owns the mill",
            expires_on=TODAY + timedelta(days=2),
        )
        seen = []
        for day in range(4):
            night(TODAY + timedelta(days=day))
            prospect = Client.objects.get(key="prospect")
            seen.append((prospect.tier, prospect.tier_reason["by"]))
        assert seen == [("B", "override"), ("B", "override"), ("D", "rest"), ("D", "rest")]
        rows = TierPeriod.objects.filter(client=clients["prospect"]).order_by("from_day")
        assert list(rows.values_list("tier", "by", "from_day", "until_day")) == [
            ("B", "override", TODAY, TODAY + timedelta(days=1)),
            ("D", "rest", TODAY + timedelta(days=2), None),
        ]

    def test_find_what_the_action_did_and_change_nothing(self, clients, night, mara):
        night()
        actions.override_tier(
            actor=mara, client=clients["luis"], tier=Tier.A, reason="Owns the mill", expires_on=date(2027, 1, 1)
        )
        assert night().changed == 0

    def test_made_after_the_export_are_left_to_the_next_night(self, clients, night, mara):
        night(TODAY - timedelta(days=1))
        actions.override_tier(
            actor=mara, client=clients["luis"], tier=Tier.A, reason="Owns the mill", expires_on=date(2027, 1, 1)
        )
        night(TODAY - timedelta(days=1))
        luis = Client.objects.get(key="luis")
        assert (luis.tier, luis.assets_minor) == ("A", 350_007_00)
        assert TierPeriod.objects.filter(client=luis, until_day__isnull=True).get().tier == "A"

    def test_their_words_stay_in_the_database(self, clients, night, mara, settings):
        actions.override_tier(
            actor=mara, client=clients["luis"], tier=Tier.A, reason="Owns the mill", expires_on=date(2027, 1, 1)
        )
        night()
        assert TierOverride.objects.get().reason == "Owns the mill"
        files = [file for file in (settings.CARTERA_HOME / "snapshots").rglob("*") if file.is_file()]
        assert not any(b"mill" in file.read_bytes() for file in files)
