from __future__ import annotations

from datetime import date, timedelta

import pytest

from cartera.clients.models import Client, Tier
from cartera.kernel.errors import Invalid, NotFound, NotPermitted
from cartera.kernel.happenings import unsealed
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.value import actions, queries
from cartera.value.actions import OverrideIsOver
from cartera.value.models import TierOverride, TierPeriod, TierPolicy
from tests.conftest import SET_UP, TODAY
from tests.value.conftest import THRESHOLDS

EXPIRES = date(2026, 12, 31)


@pytest.mark.row("V7")
class TestSettingAPolicy:
    def test_makes_a_new_version_from_a_day_on(self, ada, policy):
        later = actions.set_tier_policy(
            actor=ada,
            thresholds={**THRESHOLDS, "C": {"assets_minor": 1}},
            effective_from=TODAY + timedelta(days=7),
            reason="More in C",
        )
        assert (policy.number, later.number) == (1, 2)
        assert queries.policy_in_force(TODAY + timedelta(days=6)) == policy
        assert queries.policy_in_force(TODAY + timedelta(days=7)) == later
        assert queries.policy_in_force(TODAY - timedelta(days=500)) == policy

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
            ({"reason": " "}, "reason"),
            ({"thresholds": {**THRESHOLDS, "B": {"assets_minor": 10**9}}}, "B_assets_minor"),
            ({"thresholds": {"A": {"assets_minor": 1}}}, "B"),
            ({"hysteresis_ppm": 1_000_000}, "hysteresis_ppm"),
        ],
    )
    def test_that_makes_no_sense_is_refused_and_changes_nothing(self, ada, policy, changes, field):
        values = {"thresholds": THRESHOLDS, "effective_from": TODAY, "reason": "Because", **changes}
        with pytest.raises(Invalid) as refused:
            actions.set_tier_policy(actor=ada, **values)
        assert list(refused.value.fields) == [field]
        assert TierPolicy.objects.count() == 1

    def test_is_not_for_advisers(self, ana, policy):
        with pytest.raises(NotPermitted):
            actions.set_tier_policy(actor=ana, thresholds=THRESHOLDS, effective_from=TODAY, reason="Because")


@pytest.mark.row("V8")
class TestOverriding:
    @pytest.fixture
    def valued(self, clients, night):
        night(TODAY - timedelta(days=1))
        return {key: Client.objects.get(key=key) for key in clients}

    def test_moves_the_client_at_once_and_says_why(self, mara, valued):
        override = actions.override_tier(
            actor=mara, client=valued["luis"], tier=Tier.A, reason="Owns the mill", expires_on=EXPIRES
        )
        luis = Client.objects.get(key="luis")
        assert luis.tier == "A"
        assert luis.tier_reason == {
            "by": "override", "override": override.pk, "expires_on": "2026-12-31", "instead_of": "B", "policy": 1,
        }  # fmt: skip
        rows = (
            TierPeriod.objects.filter(client=luis)
            .order_by("from_day")
            .values_list("tier", "by", "from_day", "until_day")
        )
        assert list(rows) == [
            ("B", "assets", TODAY - timedelta(days=1), TODAY - timedelta(days=1)),
            ("A", "override", TODAY, None),
        ]

    def test_is_audited_with_its_words_sealed(self, mara, valued):
        override = actions.override_tier(
            actor=mara, client=valued["luis"], tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES
        )
        happening = Happening.objects.get(name="tier.override")
        assert (happening.actor_name, happening.client_id, happening.subject_id) == (
            "Mara Toral",
            valued["luis"].pk,
            override.pk,
        )
        assert "mill" not in str(happening.facts)
        assert unsealed(happening)["reason"] == "Owns the mill"

    def test_can_be_undone(self, mara, valued):
        actions.override_tier(
            actor=mara, client=valued["luis"], tier=Tier.A, reason="Owns the mill", expires_on=EXPIRES
        )
        undo(actor=mara, happening_id=Happening.objects.get(name="tier.override").pk)
        assert Client.objects.get(key="luis").tier == "B"
        assert not queries.overrides_in_force(actor=mara).exists()
        assert Happening.objects.get(name="tier.end_override").undoes.name == "tier.override"

    def test_again_replaces_the_earlier_decision(self, mara, valued):
        for tier in (Tier.B, Tier.C):
            actions.override_tier(
                actor=mara, client=valued["luis"], tier=tier, reason="Owns the mill", expires_on=EXPIRES
            )
        assert [override.tier for override in queries.overrides_in_force(actor=mara)] == ["C"]
        assert Client.objects.get(key="luis").tier == "C"
        assert TierPeriod.objects.get(client=valued["luis"], until_day=None).tier == "C"

    def test_of_a_minor_ends_in_its_households_tier(self, mara, valued):
        override = actions.override_tier(
            actor=mara, client=valued["sofia"], tier=Tier.D, reason="Too young", expires_on=EXPIRES
        )
        actions.end_override(actor=mara, tier_override=override)
        sofia = Client.objects.get(key="sofia")
        assert (sofia.tier, sofia.tier_reason["household"]) == ("A", sofia.household_id)

    def test_cannot_be_ended_twice(self, mara, valued):
        override = actions.override_tier(
            actor=mara, client=valued["luis"], tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES
        )
        actions.end_override(actor=mara, tier_override=override)
        with pytest.raises(OverrideIsOver):
            actions.end_override(actor=mara, tier_override=override)

    @pytest.mark.parametrize(("changes", "field"), [({"reason": ""}, "reason"), ({"expires_on": TODAY}, "expires_on")])
    def test_needs_a_reason_and_an_expiry(self, mara, valued, changes, field):
        values = {"tier": Tier.B, "reason": "Owns the mill", "expires_on": EXPIRES, **changes}
        with pytest.raises(Invalid) as refused:
            actions.override_tier(actor=mara, client=valued["luis"], **values)
        assert list(refused.value.fields) == [field]
        assert not TierOverride.objects.exists()

    def test_is_not_for_advisers_nor_for_another_branch_nor_for_the_system(self, ana, mara, valued, yunguilla):
        with pytest.raises(NotPermitted):
            actions.override_tier(
                actor=ana, client=valued["luis"], tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES
            )
        with pytest.raises(NotFound):
            actions.override_tier(actor=mara, client=yunguilla, tier=Tier.A, reason="Owns the mill", expires_on=EXPIRES)
        with pytest.raises(NotPermitted):
            actions.override_tier(
                actor=SET_UP, client=valued["luis"], tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES
            )

    def test_of_a_client_that_no_night_has_seen_holds_too(self, mara, client, policy):
        new = client("new")
        actions.override_tier(actor=mara, client=new, tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES)
        assert Client.objects.get(key="new").tier_reason["instead_of"] == "D"

    def test_without_a_policy_is_refused_whole(self, mara, client):
        with pytest.raises(Invalid):
            actions.override_tier(
                actor=mara, client=client("new"), tier=Tier.B, reason="Owns the mill", expires_on=EXPIRES
            )
        assert not TierOverride.objects.exists()
