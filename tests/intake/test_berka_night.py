"""A real bank's first night: the Berka extracts as of 31 March 1994, where the data are."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from cartera.agenda.book import Desk, desks
from cartera.agenda.models import PlanItem
from cartera.clients.models import Channel, Client, Wishes
from cartera.clients.models.contact import Channels
from cartera.clock import queries as clock
from cartera.config.nightly import run_night
from cartera.engine import snapshot
from cartera.engine.session import open_session
from cartera.intake.importing import import_folder
from cartera.kernel.models import Run
from cartera.team.models import Staff
from cartera.value.jobs import values_file
from cartera.value.models import TierPeriod
from tests.conftest import given
from tests.intake.conftest import IMPORT
from tests.intake.test_berka import FOLDER, NIGHT, RECIPE
from tests.own_database import db, template_database

__all__ = ["db", "template_database"]

pytestmark = pytest.mark.skipif(FOLDER is None, reason="the Berka extracts are not in ../shared/data/berka")

LOCAL_NOON = 12 * 60
MONDAY_TO_WEDNESDAY = 0b0000111


@pytest.fixture
def night(db: None) -> Run:
    """The bank, with a client in five who asked to be called in the mornings, early in the week, and one in seven by no means."""
    import_folder(actor=IMPORT, recipe_path=RECIPE, folder=FOLDER)
    for client in Client.objects.filter(since__lte=NIGHT):
        number = int(client.key)
        if number % 7 == 0:
            given(Wishes, client=client, consent=0)
        elif number % 5 == 0:
            given(Wishes, client=client, channels=Channels.PHONE, days=MONDAY_TO_WEDNESDAY, to_minute=LOCAL_NOON)
    return run_night(NIGHT, asked_by="test")


@pytest.mark.row("V1", "Z1", "S3")
def test_the_night_of_march_1994(night: Run):
    assert night.state == Run.State.DONE
    _counts_what_was_there_on_the_day()
    _every_client_has_a_tier_with_its_reason()
    _every_plan_can_be_carried_out()


def _counts_what_was_there_on_the_day() -> None:
    with open_session(snapshot.find(NIGHT)) as session:
        values = pl.read_parquet(values_file(session))
        holdings, products = session.known("holdings"), session.table("products")
        held = session.frame(holdings.join(products.select("line", product_id="id"), "product_id"))
    assert values.height == 1_489
    lines = held.filter(pl.col("opened_on") <= NIGHT)["line"].value_counts().sort("line")
    assert dict(lines.iter_rows()) == {"card": 6, "deposit": 1_229, "loan": 38}


def _every_client_has_a_tier_with_its_reason() -> None:
    there = Client.objects.filter(since__lte=NIGHT)
    assert set(there.values_list("tier", flat=True)) == {"A", "B", "C", "D"}
    periods = TierPeriod.objects.filter(until_day__isnull=True)
    assert periods.count() == there.count() == 1_489
    assert not Client.objects.filter(since__gt=NIGHT).exclude(tier="").exists()
    assert dict(periods.values_list("client_id", "tier")) == dict(there.values_list("id", "tier"))
    assert all(period.reason and period.by for period in periods)


def _every_plan_can_be_carried_out() -> None:
    wishes = {wish.client_id: wish for wish in Wishes.objects.all()}
    planned = PlanItem.objects.select_related("plan").order_by("plan", "starts_at")
    of_person: dict[int, list[PlanItem]] = defaultdict(list)
    for item in planned:
        of_person[item.plan.staff_id].append(item)
    assert sum(map(len, of_person.values())) > 50
    assert any(item.client_id in wishes for items in of_person.values() for item in items)
    for desk in desks(Staff.objects.filter(pk__in=of_person), NIGHT):
        items = of_person[desk.staff.pk]
        _are_within_working_hours_one_after_another(items, desk)
        _leave_each_half_day_its_minutes(items, desk)
        for item in items:
            if wish := wishes.get(item.client_id):
                _is_as_the_client_asked(item, wish)


def _are_within_working_hours_one_after_another(items: list[PlanItem], desk: Desk) -> None:
    for item in items:
        ends = item.starts_at + timedelta(minutes=item.minutes)
        shifts = desk.diary.calendar.intervals_on(item.day)
        assert item.starts_at.astimezone(clock.zone()).date() == item.day
        assert any(shift.start <= item.starts_at and ends <= shift.end for shift in shifts), item
    for before, after in pairwise(items):
        assert before.starts_at + timedelta(minutes=before.minutes) <= after.starts_at


def _leave_each_half_day_its_minutes(items: list[PlanItem], desk: Desk) -> None:
    used: dict[tuple[date, str], int] = defaultdict(int)
    for item in items:
        used[item.day, item.part] += item.minutes
    noon = time(13, 30)
    for (day, part), minutes in used.items():
        split = datetime.combine(day, noon, tzinfo=clock.zone())
        spans = desk.diary.calendar.intervals_on(day)
        morning = sum((max(timedelta(0), min(span.end, split) - span.start) for span in spans), timedelta(0))
        whole = sum((span.end - span.start for span in spans), timedelta(0))
        there = morning if part == PlanItem.Part.MORNING else whole - morning
        assert timedelta(minutes=minutes) <= there, (day, part)


def _is_as_the_client_asked(item: PlanItem, wish: Wishes) -> None:
    start = item.starts_at.astimezone(clock.zone())
    minute = start.hour * 60 + start.minute
    assert Channel(item.channel).flag & wish.channels & wish.consent
    assert wish.days >> item.day.weekday() & 1
    assert wish.from_minute <= minute
    assert minute + item.minutes <= wish.to_minute


@pytest.mark.row("Y9")
def test_how_a_loan_ended_reaches_no_table(db: None, tmp_path: Path):
    """The status says how a loan ended, years after the night: with every one of them turned round, nothing differs."""
    import_folder(actor=IMPORT, recipe_path=RECIPE, folder=FOLDER)
    turned = tmp_path / "turned"
    shutil.copytree(FOLDER, turned)
    loans = (turned / "loan.asc").read_text(encoding="utf-8")
    told = re.sub(r'"([ABCD])"(?=\r?$)', lambda found: f'"{"BADC"["ABCD".index(found[1])]}"', loans, flags=re.MULTILINE)
    assert sum(one != other for one, other in zip(loans.splitlines(), told.splitlines(), strict=True)) == 682
    (turned / "loan.asc").write_text(told, encoding="utf-8")
    again = import_folder(actor=IMPORT, recipe_path=RECIPE, folder=turned)
    assert {entity: counts.changed for entity, counts in again.counts.items() if counts.changed} == {}
