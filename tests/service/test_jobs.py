"""The night: agreements settled, promises made, broken and withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from cartera.clients.models import Channel, Client, Tier, Wishes
from cartera.clients.models.contact import Channels
from cartera.kernel.models import Happening, Run
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service import actions_in_bulk
from cartera.service.jobs import service_step
from cartera.service.models import Agreement
from cartera.service.rules import RENEWED_AHEAD, year_after
from cartera.team.models import Staff
from tests.conftest import NOW, TODAY, Bank, given
from tests.service.conftest import Night

MakeClient = Callable[..., Client]
Promised = Callable[[Client], list[Promise]]


def agreements(client: Client) -> list[tuple[str, str, date, date, date | None]]:
    rows = Agreement.objects.filter(client=client).order_by("number")
    return [
        (row.model.key, row.basis, row.from_day, row.until_day, row.ended_on) for row in rows.select_related("model")
    ]


def change(client: Client, **values: object) -> None:
    Client.objects.filter(pk=client.pk).update(**values)


@pytest.mark.row("S1", "S2")
class TestTheFirstNight:
    def test_puts_each_client_on_its_tiers_model(self, night: Night, make_client: MakeClient):
        clients = {tier: make_client(tier=tier) for tier in Tier}
        night()
        until = year_after(TODAY)
        for tier, key in {"A": "12-4-2", "B": "6-2-1", "C": "4-1", "D": "1"}.items():
            assert agreements(clients[Tier(tier)]) == [(key, "tier", TODAY, until, None)]

    def test_promises_the_year_to_the_clients_adviser(
        self, night: Night, make_client: MakeClient, promised: Promised, ana_staff: Staff
    ):
        client = make_client(tier=Tier.A)
        result = night()
        promises = promised(client)
        assert Counter(promise.channel for promise in promises) == {"phone": 8, "video": 2, "face_to_face": 2}
        assert {promise.minutes for promise in promises if promise.channel == "face_to_face"} == {60}
        assert {promise.staff_id for promise in promises} == {ana_staff.pk}
        assert result.changed == 1 + 12

    def test_leaves_nothing_behind_and_says_what_is_due_next(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client()
        night()
        promises = promised(client)
        assert all(promise.due_at.date() >= TODAY for promise in promises)
        client.refresh_from_db()
        assert client.next_due_at == promises[0].due_at

    def test_gives_each_client_of_a_book_other_days(self, night: Night, make_client: MakeClient, promised: Promised):
        clients = [make_client(tier=Tier.D) for _number in range(8)]
        night()
        months = Counter(promised(client)[0].due_at.month for client in clients)
        assert max(months.values()) <= 2

    def test_is_due_on_no_holiday_of_the_branch(self, night: Night, make_client: MakeClient, bank: Bank):
        for _number in range(30):
            make_client(tier=Tier.A)
        night()
        local = {(due - timedelta(hours=5)).date() for due in Promise.objects.values_list("due_at", flat=True)}
        assert len(local) > 100
        assert not local & {date(2026, 8, 10), date(2026, 12, 25), date(2027, 1, 1)}
        assert {day.weekday() for day in local} <= set(range(5))

    def test_founds_the_built_in_models_where_there_are_none_for_any_date(
        self, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.A, since=date(1993, 1, 1))
        service_step(date(1994, 3, 31), Run(), False)
        assert len(promised(client)) == 12
        assert service_step(date(1994, 3, 31), Run(), False).changed == 0

    def test_leaves_out_who_is_no_client_that_day(self, night: Night, make_client: MakeClient):
        make_client(since=TODAY + timedelta(days=1))
        make_client(until=TODAY)
        assert night().rows == 0
        assert not Agreement.objects.exists()


@pytest.mark.row("S2", "S6")
class TestASecondRun:
    def test_changes_nothing(self, night: Night, make_client: MakeClient):
        for tier in Tier:
            make_client(tier=tier)
        night()
        before = list(Promise.objects.order_by("id").values()), list(Agreement.objects.order_by("id").values())
        told = Happening.objects.count()
        assert night().changed == 0
        assert before == (
            list(Promise.objects.order_by("id").values()),
            list(Agreement.objects.order_by("id").values()),
        )
        assert Happening.objects.count() == told

    def test_makes_what_an_interrupted_one_left_unmade(
        self, night: Night, make_client: MakeClient, promised: Promised, monkeypatch: pytest.MonkeyPatch
    ):
        client = make_client(tier=Tier.A)
        with monkeypatch.context() as cut:
            cut.setattr("cartera.service.jobs.promises.make_many", _crash)
            with pytest.raises(InterruptedError):
                night()
        assert not promised(client)
        night()
        assert len(promised(client)) == 12

    def test_makes_nothing_twice_when_only_the_mark_was_missing(
        self, night: Night, make_client: MakeClient, promised: Promised, monkeypatch: pytest.MonkeyPatch
    ):
        client = make_client(tier=Tier.A)
        with monkeypatch.context() as cut:
            cut.setattr(actions_in_bulk, "note_planned", _crash)
            with pytest.raises(InterruptedError):
                night()
        keys = [promise.origin_key for promise in promised(client)]
        night()
        assert [promise.origin_key for promise in promised(client)] == keys
        assert len(keys) == 12

    def test_as_a_replay_looks_and_changes_nothing(self, night: Night, make_client: MakeClient):
        make_client()
        result = night(replay=True)
        assert (result.rows, result.changed) == (1, 0)
        assert not Agreement.objects.exists()


def _crash(**_arguments: object) -> None:
    raise InterruptedError


@pytest.mark.row("S3")
class TestNewClients:
    def test_are_on_twelve_four_two_whatever_their_tier(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.D, since=TODAY - timedelta(days=100))
        night()
        assert [row[:2] for row in agreements(client)] == [("12-4-2", "new")]

    def test_are_on_their_tiers_model_once_they_were_asked(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.D, since=TODAY - timedelta(days=100))
        given(Wishes, client=client, said_on=TODAY)
        night()
        assert [row[:2] for row in agreements(client)] == [("1", "tier")]

    def test_are_no_longer_new_after_a_year(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.D, since=TODAY - timedelta(days=300))
        night()
        later = TODAY + timedelta(days=70)
        night(later)
        assert [row[:2] for row in agreements(client)] == [("12-4-2", "new"), ("1", "tier")]
        assert agreements(client)[0][4] == later


@pytest.mark.row("S3")
class TestWishes:
    def test_win_over_the_tiers_model(self, night: Night, make_client: MakeClient, promised: Promised):
        client = make_client(tier=Tier.A)
        given(Wishes, client=client, said_on=TODAY, contacts_a_year=8, channels=int(Channels.PHONE | Channels.MESSAGE))
        night()
        assert [row[:2] for row in agreements(client)] == [("12-4-2", "wishes")]
        assert [promise.channel for promise in promised(client)] == [Channel.PHONE] * 8

    def test_in_days_are_kept(self, night: Night, make_client: MakeClient, promised: Promised):
        client = make_client(tier=Tier.A)
        given(Wishes, client=client, said_on=TODAY, days=0b00010)
        night()
        assert {(promise.due_at - timedelta(hours=5)).weekday() for promise in promised(client)} == {1}

    def test_never_use_a_channel_without_consent(self, night: Night, make_client: MakeClient, promised: Promised):
        client = make_client(tier=Tier.A, since=TODAY)
        given(Wishes, client=client, consent=int(Channels.ALL & ~Channels.PHONE & ~Channels.VIDEO))
        night()
        assert not {promise.channel for promise in promised(client)} & {Channel.PHONE, Channel.VIDEO}

    def test_that_arrive_with_an_import_change_the_plan_at_night(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.A)
        night()
        given(Wishes, client=client, said_on=TODAY, contacts_a_year=1)
        night(TODAY + timedelta(days=1))
        tomorrow = NOW + timedelta(days=1)
        assert [promise.channel for promise in promised(client) if promise.due_at > tomorrow] == [Channel.FACE_TO_FACE]
        assert Promise.objects.filter(client=client, state=State.WITHDRAWN).count() == 11

    def test_that_ask_for_nothing_leave_the_plan_as_it_is(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.A)
        night()
        before = [promise.pk for promise in promised(client)]
        given(Wishes, client=client, said_on=TODAY)
        assert night().changed == 0
        assert [promise.pk for promise in promised(client)] == before


@pytest.mark.row("S6")
class TestAnotherTier:
    def test_ends_the_agreement_and_promises_a_year_of_the_other(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.D)
        night()
        change(client, tier=Tier.A)
        half = TODAY + timedelta(days=182)
        night(half)
        assert agreements(client) == [
            ("1", "tier", TODAY, year_after(TODAY), half),
            ("12-4-2", "tier", half, year_after(half), None),
        ]
        assert len([promise for promise in promised(client) if promise.due_at.date() >= half]) == 12

    def test_leaves_what_was_due_already_as_it_was(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.A)
        night()
        first = Promise.objects.filter(client=client).order_by("due_at").first()
        assert first is not None
        change(client, tier=Tier.D)
        night((first.due_at + timedelta(days=2)).date())
        first.refresh_from_db()
        assert first.state == State.PROMISED
        assert Promise.objects.filter(client=client, state=State.WITHDRAWN).count() == 11

    def test_and_back_on_the_same_day_promises_the_year_again(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.A)
        night()
        for tier in (Tier.D, Tier.A):
            change(client, tier=tier)
            night()
        assert len(promised(client)) == 12
        assert [row[0] for row in agreements(client)] == ["12-4-2", "1", "12-4-2"]


@pytest.mark.row("S6")
class TestTheEndOfAYear:
    def test_the_next_is_agreed_and_promised_ahead(self, night: Night, make_client: MakeClient, promised: Promised):
        client = make_client(tier=Tier.C)
        night()
        until = year_after(TODAY)
        night(until - RENEWED_AHEAD)
        assert agreements(client)[1] == ("4-1", "tier", until, year_after(until), None)
        ahead = [promise for promise in promised(client) if promise.due_at.date() >= until]
        assert len(ahead) == 4

    def test_its_contacts_go_on_in_the_same_rhythm(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.A)
        make_client(tier=Tier.A)
        night()
        night(year_after(TODAY) - RENEWED_AHEAD)
        due = list(Promise.objects.filter(client=client).order_by("due_at").values_list("due_at", flat=True))
        gaps = [(later - earlier).days for earlier, later in pairwise(due)]
        assert len(due) == 24
        assert 25 <= min(gaps) <= max(gaps) <= 40

    def test_of_a_client_who_left_withdraws_what_was_to_come(
        self, night: Night, make_client: MakeClient, promised: Promised
    ):
        client = make_client(tier=Tier.A)
        night()
        left = TODAY + timedelta(days=90)
        change(client, until=left)
        night(left + timedelta(days=1))
        assert agreements(client)[0][4] == left
        assert all(promise.due_at.date() <= left for promise in promised(client))


@pytest.mark.row("M1")
class TestOverdue:
    def test_is_broken_once_its_window_has_passed(self, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.A)
        night()
        first = Promise.objects.filter(client=client).order_by("due_at").first()
        assert first is not None
        last_day = (first.latest_at - timedelta(hours=5)).date()
        night(last_day)
        first.refresh_from_db()
        assert first.state == State.PROMISED
        night(last_day + timedelta(days=1))
        first.refresh_from_db()
        assert first.state == State.BROKEN

    def test_promises_follow_the_client_to_another_adviser(
        self, night: Night, make_client: MakeClient, promised: Promised, beto_staff: Staff
    ):
        client = make_client(tier=Tier.A)
        night()
        change(client, adviser=beto_staff)
        assert night().changed == 12
        assert {promise.staff_id for promise in promised(client)} == {beto_staff.pk}
