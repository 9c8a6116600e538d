"""The night's signals on what the snapshot and the lake hold: raised once, over by themselves, the same on a second night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from cartera.agenda.book import book_of, desks
from cartera.clients.models import Client, Holding
from cartera.engine import lake, snapshot
from cartera.events import actions
from cartera.events.jobs import events_step
from cartera.events.models import Event
from cartera.events.settings import RUN_DOWN
from cartera.interactions.actions import register
from cartera.interactions.models import Interaction, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.products.models import Product
from cartera.service.actions import change_model, found_models
from cartera.service.models import Agreement, ServiceModel
from cartera.team.models import Staff
from tests.conftest import NOW, SET_UP, TODAY, given, ruled
from tests.own_database import db, template_database

__all__ = ["db", "template_database"]

Night = Callable[..., StepResult]
STEADY = [
    1_000_000,
    1_020_000,
    990_000,
    1_010_000,
    980_000,
    1_030_000,
    1_000_000,
    995_000,
    1_005_000,
    1_015_000,
    985_000,
]


@pytest.fixture
def night(bank: object) -> Night:
    def run(day: date = TODAY, *, replay: bool = False) -> StepResult:
        snapshot.export(day)
        return events_step(day, Run(), replay)

    return run


def month_end(back: int) -> date:
    """The last day of the month that lies so many months before May 2026."""
    month = 2026 * 12 + 5 - back
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


@pytest.fixture
def savings(rosa: Client) -> Holding:
    product = given(Product, key="ahorro", name="Ahorro", line="deposit", currency="USD", margin_ppm=20_000)
    Client.objects.filter(pk=rosa.pk).update(revenue_minor=120_000)
    return given(  # type: ignore[no-any-return]
        Holding, key="H-1", client=rosa, product=product, currency="USD", opened_on=date(2020, 1, 1), balance_minor=1
    )


@pytest.fixture
def balances(savings: Holding) -> Callable[..., None]:
    """Month-end balances of Rosa's savings, the last one at the end of May."""

    def load(*levels: int) -> None:
        rows = [(savings.key, month_end(back), level, "USD") for back, level in enumerate(reversed(levels))]
        frame = pl.DataFrame(rows, schema=["holding", "on", "balance_minor", "currency"], orient="row")
        lake.merge("balances", frame, key=("holding", "on"))

    return load


@pytest.mark.row("B1")
class TestARunDown:
    def test_is_raised_with_its_evidence(self, night: Night, balances: Callable[..., None], rosa: Client):
        balances(*STEADY, 600_000, 400_000)
        assert night().summary["raised"] == 1
        event = Event.objects.get()
        assert (event.kind, event.client, event.amount_minor) == (Event.Kind.RUN_DOWN, rosa, 600_000)
        assert (event.at_stake_minor, event.act_by) == (120_000, TODAY + timedelta(days=7))
        assert event.evidence["usual_minor"] == 1_000_000
        assert event.evidence["since"] == "2026-04-01"
        assert event.evidence["series"][-1] == ["2026-05-01", 400_000]

    def test_is_raised_once(self, night: Night, balances: Callable[..., None]):
        balances(*STEADY, 600_000, 400_000)
        night()
        assert night().changed == 0
        assert night(TODAY + timedelta(days=1)).changed == 0
        assert Event.objects.count() == 1

    def test_that_was_dismissed_stays_so(self, night: Night, balances: Callable[..., None], ana: Actor):
        balances(*STEADY, 600_000, 400_000)
        night()
        actions.dismiss(actor=ana, event=Event.objects.get(), reason="Compró una casa")
        assert night(TODAY + timedelta(days=3)).changed == 0

    def test_is_over_by_itself_when_the_balance_is_back(self, night: Night, balances: Callable[..., None]):
        balances(*STEADY, 600_000, 400_000)
        night()
        balances(*STEADY, 600_000, 900_000)
        assert night(TODAY + timedelta(days=1)).summary["over"] == 1
        assert Event.objects.get().state == Event.State.OVER

    def test_of_a_holding_that_was_closed_says_so(self, night: Night, balances: Callable[..., None], savings: Holding):
        other = given(
            Holding, key="H-2", client=savings.client, product=savings.product, currency="USD",
            opened_on=date(2020, 1, 1), closed_on=date(2026, 4, 10), balance_minor=0,
        )  # fmt: skip
        rows = [(other.key, month_end(back), 900_000, "USD") for back in range(2, 13)]
        frame = pl.DataFrame(rows, schema=["holding", "on", "balance_minor", "currency"], orient="row")
        lake.merge("balances", frame, key=("holding", "on"))
        balances(*[100_000] * 13)
        night()
        event = Event.objects.get()
        assert (event.evidence["usual_minor"], event.evidence["latest_minor"]) == (1_000_000, 100_000)
        assert event.evidence["closed"] == ["Ahorro"]

    def test_of_balances_of_long_ago_is_none(self, night: Night, balances: Callable[..., None]):
        balances(*STEADY, 600_000, 400_000)
        assert night(TODAY + timedelta(days=120)).changed == 0

    def test_follows_what_was_set(self, night: Night, balances: Callable[..., None]):
        balances(*STEADY, 600_000, 400_000)
        ruled(RUN_DOWN["least_minor"], 700_000)
        assert night().changed == 0

    def test_as_a_replay_changes_nothing(self, night: Night, balances: Callable[..., None]):
        balances(*STEADY, 600_000, 400_000)
        assert night(replay=True).changed == 0
        assert not Event.objects.exists()

    def test_is_a_reason_of_the_agenda_that_costs_more_each_day(
        self, night: Night, balances: Callable[..., None], ana_staff: Staff
    ):
        balances(*STEADY, 600_000, 400_000)
        night()
        [desk] = desks([ana_staff], TODAY)
        [candidate] = book_of(desk).candidates
        [reason] = candidate.reasons
        assert list(reason.loss_by_day) == sorted(reason.loss_by_day)
        assert (reason.loss_by_day[0], reason.minutes_by_channel["phone"]) == (0, 20)
        assert reason.loss_by_day[5] > 0


@pytest.fixture
def talked(rosa: Client, ana_staff: Staff, ana: Actor) -> Callable[..., None]:
    """Conversations with Rosa so many days ago, under an agreement of twelve contacts a year."""

    def happened(*days_ago: int, outcome: str = "talked") -> None:
        for days in days_ago:
            given(
                Interaction, client=rosa, staff=ana_staff, channel="phone", outcome=outcome, minutes=10,
                happened_at=NOW - timedelta(days=days),
            )  # fmt: skip
        if not Agreement.objects.exists():
            found_models(actor=SET_UP)
            change_model(actor=SET_UP, client=rosa, model=ServiceModel.objects.get(key="12-4-2"), reason="")
        Client.objects.filter(pk=rosa.pk).update(revenue_minor=120_000)

    return happened


@pytest.mark.row("B1")
class TestASilence:
    def test_is_raised_with_its_evidence(self, night: Night, talked: Callable[..., None], rosa: Client):
        talked(150, 120, 90)
        talked(40, 20, outcome="no_answer")
        assert night().summary["raised"] == 1
        event = Event.objects.get()
        assert (event.kind, event.client, event.at_stake_minor) == (Event.Kind.SILENCE, rosa, 120_000)
        told = {name: event.evidence[name] for name in ("days", "limit_days", "agreed_days", "usual_days", "tried")}
        assert told == {"days": 90, "limit_days": 75, "agreed_days": 30, "usual_days": 30, "tried": 2}

    def test_is_raised_once_for_each_silence(self, night: Night, talked: Callable[..., None]):
        talked(150, 120, 90)
        night()
        assert night(TODAY + timedelta(days=1)).changed == 0
        talked(80)
        assert night(TODAY + timedelta(days=2)).summary == {"raised": 1, "expired": 0, "over": 1}
        assert sorted(Event.objects.values_list("state", flat=True)) == ["open", "over"]

    def test_ends_with_any_conversation(self, night: Night, talked: Callable[..., None], rosa: Client, ana: Actor):
        talked(150, 120, 90)
        night()
        register(actor=ana, client=rosa, channel="phone", purpose=Purpose.SERVICE, minutes=5)
        assert Event.objects.get().state == Event.State.ACTED

    def test_is_acted_on_by_promising_a_contact_and_taken_back(
        self, night: Night, talked: Callable[..., None], ana: Actor
    ):
        talked(150, 120, 90)
        night()
        acted = actions.act(actor=ana, event=Event.objects.get())
        assert (acted.promise.purpose if acted.promise else "", acted.state) == (Purpose.TOUCH, Event.State.ACTED)
        actions.reopen(actor=ana, event=acted)
        assert Event.objects.get().state == Event.State.OPEN

    @pytest.mark.parametrize("days", [(150, 120, 70), (90,), ()])
    def test_is_none_of_a_client_that_talks_as_agreed_or_never_did(
        self, night: Night, talked: Callable[..., None], days: tuple[int, ...]
    ):
        talked(*days)
        assert night().changed == 0

    def test_of_a_client_who_left_is_nobodys(self, night: Night, talked: Callable[..., None], rosa: Client):
        talked(150, 120, 90)
        Client.objects.filter(pk=rosa.pk).update(until=TODAY - timedelta(days=1))
        assert night().changed == 0
