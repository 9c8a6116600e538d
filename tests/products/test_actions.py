"""Offering products, setting what they earn from a day on, giving rates and correcting them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.products import actions, queries
from cartera.products.models import CurrencyRate, Line, Product, ProductTerms
from cartera.products.rates_file import read
from cartera.products.rules import Terms
from tests.conftest import TODAY

TOMORROW = TODAY + timedelta(days=1)


def set_terms(actor: Actor, product: Product, from_day: date = TOMORROW, margin_ppm: int = 15_000, fee_minor: int = 0):
    return actions.set_terms(
        actor=actor, product=product, from_day=from_day, margin_ppm=margin_ppm, fee_minor=fee_minor, reason="Comité"
    )


@pytest.mark.row("Y13")
class TestAProduct:
    def test_is_added_with_its_first_terms(self, ada: Actor):
        made = actions.add_product(
            actor=ada, key="plazo", name="Plazo", line=Line.DEPOSIT, currency="USD", margin_ppm=14_000, fee_minor=6_00
        )
        assert queries.terms_on(TODAY)(made) == Terms(14_000, 6_00)
        assert queries.terms_on(date(2001, 1, 1))(made) == Terms(14_000, 6_00)

    def test_of_a_code_that_is_taken_or_a_currency_that_is_none_is_refused(self, ada: Actor, savings: Product):
        with pytest.raises(Invalid) as refused:
            actions.add_product(
                actor=ada, key="ahorro", name="Otra", line=Line.DEPOSIT, currency="dólar", margin_ppm=2_000_000
            )
        assert set(refused.value.fields) == {"key", "currency", "margin_ppm"}
        assert Product.objects.count() == 1

    def test_is_called_otherwise_unless_somebody_did_it_meanwhile(self, ada: Actor, savings: Product):
        actions.rename_product(actor=ada, product=savings, name="Ahorro diario", version=1)
        with pytest.raises(Conflict):
            actions.rename_product(actor=ada, product=savings, name="Ahorro de hoy", version=1)
        assert Product.objects.get().name == "Ahorro diario"

    def test_is_retired_and_that_can_be_undone(self, ada: Actor, savings: Product):
        gone = actions.retire_product(actor=ada, product=savings)
        assert not Product.objects.get().active
        undo(actor=ada, happening_id=gone.happening.pk)
        assert Product.objects.get().active

    def test_is_changed_by_no_adviser_and_no_manager(self, ana: Actor, mara: Actor, savings: Product):
        for actor in (ana, mara):
            with pytest.raises(NotPermitted):
                set_terms(actor, savings)
            with pytest.raises(NotPermitted):
                actions.set_rate(actor=actor, currency="EUR", from_day=TODAY, rate=Decimal(1))


@pytest.mark.row("Y13")
class TestTerms:
    def test_hold_from_their_day_until_the_next_ones_begin(self, ada: Actor, savings: Product):
        set_terms(ada, savings, TODAY, 15_000)
        set_terms(ada, savings, TODAY + timedelta(days=30), 12_000, 3_00)
        told = {
            day: queries.terms_on(day)(savings)
            for day in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=29), TODAY + timedelta(days=30))
        }
        assert list(told.values()) == [Terms(20_000, 0), Terms(15_000, 0), Terms(15_000, 0), Terms(12_000, 3_00)]

    def test_say_who_set_them_and_why(self, ada: Actor, savings: Product):
        set_terms(ada, savings)
        told = Happening.objects.get(name="product.set_terms")
        assert (told.actor_name, told.facts["reason"]) == ("Ada Ruiz", "Comité")

    def test_of_a_day_that_has_passed_or_has_some_are_refused(self, ada: Actor, savings: Product):
        set_terms(ada, savings)
        for day in (TODAY - timedelta(days=1), TOMORROW):
            with pytest.raises(Invalid) as refused:
                set_terms(ada, savings, day)
            assert list(refused.value.fields) == ["from_day"]
        assert ProductTerms.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"margin_ppm": 1_000_001}, "margin_ppm"), ({"fee_minor": -1}, "fee_minor"), ({"reason": " "}, "reason")],
    )
    def test_that_make_no_sense_are_refused_at_their_field(self, ada: Actor, savings: Product, wrong, field):
        values = {"margin_ppm": 1, "fee_minor": 0, "reason": "Comité", **wrong}
        with pytest.raises(Invalid) as refused:
            actions.set_terms(actor=ada, product=savings, from_day=TOMORROW, **values)
        assert list(refused.value.fields) == [field]

    def test_that_have_not_begun_are_withdrawn_and_stay_in_the_history(self, ada: Actor, savings: Product):
        made = set_terms(ada, savings)
        actions.withdraw_terms(actor=ada, product_terms=made)
        assert queries.terms_on(TOMORROW)(savings) == Terms(20_000, 0)
        assert [terms.withdrawn for terms in queries.terms_of(actor=ada, product=savings)] == [True]
        set_terms(ada, savings)  # that day is free again

    def test_that_have_begun_are_not(self, ada: Actor, savings: Product):
        made = set_terms(ada, savings, TODAY)
        with pytest.raises(actions.TermsHaveBegun):
            actions.withdraw_terms(actor=ada, product_terms=made)
        assert queries.terms_on(TODAY)(savings) == Terms(15_000, 0)

    def test_of_today_can_be_undone_at_once(self, ada: Actor, savings: Product):
        made = set_terms(ada, savings, TODAY)
        undo(actor=ada, happening_id=made.happening.pk)
        assert queries.terms_on(TODAY)(savings) == Terms(20_000, 0)

    def test_are_withdrawn_once(self, ada: Actor, savings: Product):
        made = set_terms(ada, savings)
        actions.withdraw_terms(actor=ada, product_terms=made)
        with pytest.raises(InvalidTransition):
            actions.withdraw_terms(actor=ada, product_terms=ProductTerms.objects.get())


@pytest.mark.row("Y13")
class TestARate:
    def test_holds_from_its_day_until_the_next_one_begins(self, ada: Actor):
        for day, rate in ((date(2026, 1, 1), "1.05"), (date(2026, 6, 1), "1.08"), (TOMORROW, "1.10")):
            actions.set_rate(actor=ada, currency="EUR", from_day=day, rate=Decimal(rate))
        told = [
            str(queries.rates_on(day)["EUR"].rate) for day in (date(2026, 5, 31), date(2026, 6, 1), TODAY, TOMORROW)
        ]
        assert told == ["1.05", "1.08", "1.08", "1.1"]
        assert queries.rates_on(date(2025, 12, 31)) == {}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"currency": "euro"}, "currency"),
            ({"currency": "USD"}, "currency"),
            ({"rate": Decimal(0)}, "rate"),
            ({"rate": Decimal("Infinity")}, "rate"),
            ({"from_day": date(2999, 1, 1)}, "from_day"),
        ],
    )
    def test_that_makes_no_sense_is_refused_at_its_field(self, ada: Actor, wrong, field):
        values = {"currency": "EUR", "from_day": TODAY, "rate": Decimal("1.08"), **wrong}
        with pytest.raises(Invalid) as refused:
            actions.set_rate(actor=ada, **values)
        assert list(refused.value.fields) == [field]
        assert not CurrencyRate.objects.exists()

    def test_of_a_day_that_has_one_says_to_correct_that_one(self, ada: Actor):
        actions.set_rate(actor=ada, currency="EUR", from_day=TODAY, rate=Decimal("1.08"))
        with pytest.raises(Invalid) as refused:
            actions.set_rate(actor=ada, currency="EUR", from_day=TODAY, rate=Decimal("1.09"))
        assert list(refused.value.fields) == ["from_day"]

    def test_is_corrected_by_a_newer_version_and_its_history_is_kept(self, ada: Actor):
        made = actions.set_rate(actor=ada, currency="EUR", from_day=TODAY, rate=Decimal("1.80"))
        actions.correct_rate(actor=ada, currency_rate=made, rate=Decimal("1.08"), reason="Una errata", version=1)
        kept = CurrencyRate.objects.get()
        assert (str(kept.rate), kept.version) == ("1.08", 2)
        told = Happening.objects.get(name="rate.correct")
        assert told.facts["changes"][0]["before"] == {"rate_ppm": "1800000"}
        assert told.facts["reason"] == "Una errata"
        with pytest.raises(Conflict):
            actions.correct_rate(actor=ada, currency_rate=kept, rate=Decimal("1.09"), reason="Otra", version=1)

    def test_of_a_file_is_added_corrected_or_left(self, ada: Actor):
        file = b"date,currency,rate\n2026-06-01,EUR,1.08\n2026-06-02,EUR,1.09\n2026-06-02,CLP,0.00105\n"
        load = {"actor": ada, "reason": "tasas.csv"}
        assert actions.load_rates(lines=read(file, "USD").lines, **load) == actions.Loaded(3, 0, 0)
        assert actions.load_rates(lines=read(file, "USD").lines, **load) == actions.Loaded(0, 0, 3)
        changed = file.replace(b"1.09", b"1.10")
        assert actions.load_rates(lines=read(changed, "USD").lines, **load) == actions.Loaded(0, 1, 2)
        assert str(queries.rates_on(TODAY)["EUR"].rate) == "1.1"
        assert Happening.objects.filter(name="rate.set").count() == 3

    def test_converts_what_is_held(self, ada: Actor):
        actions.set_rate(actor=ada, currency="CLP", from_day=TODAY, rate=Decimal("0.00105"))
        rates = queries.rates_on(TODAY)
        assert queries.convert(95_000, "CLP", rates) == 99_75
        assert queries.convert(95_000, "EUR", rates) is None
        assert queries.convert(95_000, "USD", rates) == 95_000
