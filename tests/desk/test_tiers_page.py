"""The tier policy in administration: written, tried before it is kept, and begun again from an earlier version."""

from __future__ import annotations

from typing import Any

import pytest

from cartera.kernel.actor import Actor
from cartera.value.actions import set_tier_policy
from cartera.value.models import TierPolicy
from tests.conftest import TODAY

URL = "/administracion/niveles"
THRESHOLDS = {tier: {"assets_minor": least} for tier, least in (("A", 500_00), ("B", 50_00), ("C", 5_00))}
pytestmark = pytest.mark.row("Y7", "V7", "V8")


def typed(**changed: Any) -> dict[str, Any]:
    amounts = {"A_assets_minor": "1000", "B_assets_minor": "100", "C_assets_minor": "10.50"}
    rest = {"after": 1, "band": "8", "adult_age": 18, "effective_from": TODAY.isoformat(), "reason": "Less flapping"}
    return {**amounts, **rest, **changed}


@pytest.fixture
def first(ada: Actor) -> TierPolicy:
    return set_tier_policy(actor=ada, thresholds=THRESHOLDS, effective_from=TODAY, reason="The first one")


def test_a_new_version_is_kept_in_minor_units_with_its_author(sign_in, ada: Actor, first):
    browser = sign_in(ada)
    assert browser.post(URL, typed()).status_code == 302
    made = TierPolicy.objects.get(number=2)
    assert made.thresholds["C"] == {"assets_minor": 10_50, "revenue_minor": None}
    assert (made.hysteresis_ppm, made.reason) == (80_000, "Less flapping")
    page = browser.get(URL).content.decode()
    assert "Política de niveles v2" in page
    assert "Ada Ruiz" in page


def test_what_was_typed_stays_with_the_error_at_its_field(sign_in, ada: Actor, first):
    answer = sign_in(ada).post(URL, typed(B_assets_minor="2000", reason="Kept text"))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"B_assets_minor"}
    assert 'value="Kept text"' in answer.content.decode()


def test_is_refused_when_somebody_made_another_version_meanwhile(sign_in, ada: Actor, first):
    set_tier_policy(actor=ada, thresholds=THRESHOLDS, effective_from=TODAY, reason="Another")
    answer = sign_in(ada).post(URL, typed())
    assert answer.status_code == 422
    assert "Alguien hizo otra versión" in answer.content.decode()


def test_begins_again_with_an_earlier_version(sign_in, ada: Actor, first):
    set_tier_policy(
        actor=ada, thresholds={**THRESHOLDS, "A": {"assets_minor": 900_00}}, effective_from=TODAY, reason="Up"
    )
    form = sign_in(ada).get(f"{URL}?desde=1").context["form"]
    assert str(form["A_assets_minor"].value()) == "500"
    assert form["after"].value() == 2


class TestTheTrial:
    def test_tells_whom_it_would_move_and_keeps_nothing(self, sign_in, ada: Actor, first, rosa):
        type(rosa).objects.filter(pk=rosa.pk).update(tier="D", assets_minor=2000_00)
        page = sign_in(ada).post(f"{URL}/prueba", typed()).content.decode()
        assert "<b>1 cliente</b> cambiaría de nivel" in page
        assert TierPolicy.objects.count() == 1

    def test_says_what_makes_no_sense(self, sign_in, ada: Actor, first):
        page = sign_in(ada).post(f"{URL}/prueba", typed(B_assets_minor="2000")).content.decode()
        assert "Nivel B:" in page

    def test_waits_for_what_is_half_typed(self, sign_in, ada: Actor, first):
        assert "Cambia un umbral" in sign_in(ada).post(f"{URL}/prueba", typed(band="")).content.decode()
