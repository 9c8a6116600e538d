"""Figures that the institution sets: in force from a day, with bounds, an author and a reason, and taken back in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound, NotPermitted, TooLate
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.rulebook.actions import change_setting, take_back
from cartera.rulebook.declaring import Setting, Unit
from cartera.rulebook.models import Ruling
from cartera.rulebook.queries import history, standings, value_of
from tests.conftest import NOW, TODAY, given, ruled

pytestmark = pytest.mark.row("Y15")
TOMORROW = TODAY + timedelta(days=1)


def declared(name: str, **more: Any) -> Setting:
    told: dict[str, Any] = {"unit": Unit.DAYS, "default": 30, "least": 1, "most": 90, **more}
    return Setting(name, label="It", says="What it does.", **told)  # type: ignore[arg-type]


TERM = declared("test.term")
LONGEST = declared("test.longest", default=60)
SHORTER = declared("test.shorter", default=10, not_above=LONGEST)
GUARD = declared("test.guard", guards=True)


class TestSetting:
    def test_is_its_default_until_somebody_sets_it(self, bank: object):
        assert value_of(TERM) == 30

    def test_holds_from_its_day_on_and_not_before(self, bank: object, at: Callable[[datetime], None]):
        ruled(TERM, 45, since=TOMORROW)
        assert (value_of(TERM), value_of(TERM, TOMORROW)) == (30, 45)
        at(NOW + timedelta(days=1))
        assert value_of(TERM) == 45
        assert value_of(TERM, TODAY) == 30  # a replay of yesterday finds what was in force then

    def test_of_one_day_is_what_was_set_last(self, bank: object):
        ruled(TERM, 45)
        ruled(TERM, 50)
        assert value_of(TERM) == 50

    def test_remembers_author_reason_and_what_was_before(self, ada: Actor):
        change_setting(actor=ada, setting=TERM, value=45, effective_from=TODAY, reason="Auditors asked")
        happening = Happening.objects.get(name="setting.change")
        assert (happening.actor_name, happening.facts["reason"]) == ("Ada Ruiz", "Auditors asked")
        change_setting(actor=ada, setting=TERM, value=50, effective_from=TODAY, reason="Again")
        assert [(one.number, one.value) for one in history(actor=ada, setting=TERM)] == [(2, 50), (1, 45)]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"value": 0}, "value"),
            ({"value": 91}, "value"),
            ({"value": 30}, "value"),
            ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
            ({"reason": " "}, "reason"),
        ],
    )
    def test_that_makes_no_sense_is_refused_at_its_field(self, ada: Actor, changed: dict[str, Any], field: str):
        told: dict[str, Any] = {"value": 45, "effective_from": TODAY, "reason": "Because", **changed}
        with pytest.raises(Invalid) as refused:
            change_setting(actor=ada, setting=TERM, **told)
        assert set(refused.value.fields) == {field}
        assert value_of(TERM) == 30

    def test_crosses_another_edit(self, ada: Actor):
        ruled(TERM, 45)
        with pytest.raises(Conflict):
            change_setting(actor=ada, setting=TERM, value=50, effective_from=TODAY, reason="Late", after=0)
        assert value_of(TERM) == 45

    def test_is_not_set_by_who_may_not(self, mara: Actor):
        with pytest.raises(NotPermitted):
            change_setting(actor=mara, setting=TERM, value=45, effective_from=TODAY, reason="I want to")

    def test_that_guards_the_data_asks_for_more(self, ada: Actor):
        clerk = Actor.system("clerk", "setting.view", "setting.change", "setting.take_back")
        with pytest.raises(NotPermitted):
            change_setting(actor=clerk, setting=GUARD, value=45, effective_from=TODAY, reason="Longer")
        set_up = change_setting(actor=ada, setting=GUARD, value=45, effective_from=TOMORROW, reason="Longer")
        with pytest.raises(NotFound):
            take_back(actor=clerk, ruling=set_up)

    def test_is_numbered_once(self, bank: object):
        ruled(TERM, 45)
        with pytest.raises(Invalid, match="mientras tanto"):
            given(Ruling, name=TERM.name, number=1, value=50, effective_from=TODAY, reason="Twice")


class TestTwoThatBelongTogether:
    def test_stay_in_order_from_either_side(self, bank: object):
        with pytest.raises(Invalid):
            ruled(SHORTER, 61)
        with pytest.raises(Invalid):
            ruled(LONGEST, 9)
        ruled(SHORTER, 60)
        with pytest.raises(Invalid):
            ruled(LONGEST, 59)

    def test_look_at_what_is_set_for_later(self, bank: object):
        ruled(LONGEST, 20, since=TOMORROW)
        with pytest.raises(Invalid):
            ruled(SHORTER, 25)


class TestTakingBack:
    def test_before_its_day_leaves_what_was(self, ada: Actor):
        coming = ruled(TERM, 45, since=TOMORROW)
        take_back(actor=ada, ruling=coming)
        assert value_of(TERM, TOMORROW) == 30
        with pytest.raises(InvalidTransition):
            take_back(actor=ada, ruling=coming)

    def test_once_in_force_is_too_late(self, ada: Actor):
        with pytest.raises(TooLate):
            take_back(actor=ada, ruling=ruled(TERM, 45))
        assert value_of(TERM) == 45

    def test_of_what_one_just_set_is_an_undo(self, ada: Actor):
        made = change_setting(actor=ada, setting=TERM, value=45, effective_from=TODAY, reason="A slip")
        undo(actor=ada, happening_id=made.happening.pk)  # type: ignore[attr-defined]
        assert value_of(TERM) == 30


class TestHowTheyStand:
    def test_tells_value_author_and_what_comes_in_one_query(self, mara: Actor, django_assert_num_queries: Any):
        ruled(TERM, 45)
        ruled(TERM, 50, since=TOMORROW)
        with django_assert_num_queries(1):
            term, longest = standings(actor=mara, settings=[TERM, LONGEST])
        assert (term.value, term.number, [one.value for one in term.coming]) == (45, 2, [50])
        assert (longest.value, longest.is_usual) == (60, True)

    def test_of_nobody_who_may_not_read(self, ana: Actor):
        ruled(TERM, 45)
        [term] = standings(actor=ana, settings=[TERM])
        assert term.in_force is None


class TestWriting:
    @pytest.mark.parametrize(
        ("unit", "kept", "written"),
        [
            (Unit.DAYS, 30, Decimal(30)),
            (Unit.SHARE, 965_000, Decimal("96.5")),
            (Unit.TIMES, 2_500_000, Decimal("2.5")),
            (Unit.MONEY, 1050, Decimal("10.5")),
        ],
    )
    def test_is_in_the_units_that_people_use(self, unit: Unit, kept: int, written: Decimal):
        setting = declared(f"test.{unit}", unit=unit, default=kept, least=0, most=10**7)
        assert setting.as_written(kept, "USD") == written
        assert setting.as_kept(written, "USD") == kept

    def test_knows_that_some_currencies_have_no_cents(self):
        setting = declared("test.pesos", unit=Unit.MONEY, default=1000, least=0, most=10**7)
        assert (setting.as_written(1050, "CLP"), setting.decimals("CLP")) == (Decimal(1050), 0)

    def test_a_default_out_of_its_bounds_is_a_mistake(self):
        with pytest.raises(ValueError, match="bounds"):
            declared("test.wrong", default=100)


def test_nothing_is_in_force_before_the_first_day(bank: object):
    ruled(TERM, 45)
    assert value_of(TERM, date(2020, 1, 1)) == 30
