"""Other calendars come in, the plan goes out, and neither tells more than it has to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from icalendar import Calendar

from cartera.agenda import jobs as agenda
from cartera.agenda.models import Plan
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotFound
from cartera.kernel.models import Happening, Run
from cartera.promises import actions as promises
from cartera.team import jobs
from cartera.team.actions import make_appointment
from cartera.team.actions.calendars import MOST_FEEDS, revoke, share, subscribe, unsubscribe
from cartera.team.actions.people import deactivate
from cartera.team.calendars import diaries
from cartera.team.fetching import CannotFetch, Fetched
from cartera.team.models import Appointment, BusyFeed, PlanLink, Staff
from tests.conftest import NOW, TODAY
from tests.team.test_busy import calendar

HERE = ZoneInfo("America/Guayaquil")
MEETING = "UID:1\nDTSTART:20260617T150000Z\nDTEND:20260617T170000Z\nSUMMARY:Directorio"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def feed(ana: Actor, ana_staff: Staff) -> BusyFeed:
    return subscribe(actor=ana, staff=ana_staff, name="Personal", url="https://calendar.example/ana.ics")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | CannotFetch | None], list[str]]:
    """What the other side answers from now on; gives the etags that it was asked with."""

    def answer(content: bytes | CannotFetch | None) -> list[str]:
        asked: list[str] = []

        def fetch(url: str, *, etag: str = "", private_too: bool = False) -> Fetched:
            asked.append(etag)
            if isinstance(content, CannotFetch):
                raise content
            return Fetched(content, "e1")

        monkeypatch.setattr(jobs, "fetch", fetch)
        return asked

    return answer


def taken(staff: Staff) -> list[str]:
    return [
        f"{meeting.starts_at:%H:%M} {meeting.title}"
        for meeting in diaries([staff], TOMORROW, TOMORROW)[staff.pk].appointments
    ]


@pytest.mark.row("Y5")
class TestComingIn:
    def test_takes_its_hours_in_the_plan_and_frees_them_again(self, ana_staff: Staff, feed: BusyFeed, answers):
        free = diaries([ana_staff], TOMORROW, TOMORROW)[ana_staff.pk]
        answers(calendar(MEETING))
        assert jobs.read_calendar(feed_id=feed.pk)
        busy = diaries([ana_staff], TOMORROW, TOMORROW)[ana_staff.pk]
        minutes = [diary.calendar.minutes_available(TOMORROW, diary.taken) for diary in (free, busy)]
        assert minutes[0] - minutes[1] == 120
        answers(calendar())
        jobs.read_calendar(feed_id=feed.pk)
        assert taken(ana_staff) == []

    def test_read_again_unchanged_leaves_no_happening(self, ana_staff: Staff, feed: BusyFeed, answers):
        answers(calendar(MEETING))
        assert [jobs.read_calendar(feed_id=feed.pk) for _ in range(2)] == [True, False]
        assert Happening.objects.filter(name="appointment.take_in").count() == 1

    def test_asks_only_for_what_changed_but_once_a_day_for_all(self, feed: BusyFeed, answers):
        asked = answers(calendar(MEETING))
        jobs.read_calendar(feed_id=feed.pk)
        jobs.read_calendar(feed_id=feed.pk)
        yesterday = BusyFeed.objects.get(pk=feed.pk).succeeded_at - timedelta(days=1)  # type: ignore[operator]
        BusyFeed.objects.filter(pk=feed.pk).update(succeeded_at=yesterday)
        jobs.read_calendar(feed_id=feed.pk)
        assert asked == ["", "e1", ""]

    def test_what_fails_is_said_with_the_last_success_and_what_was_known_stays(
        self, ana: Actor, ana_staff: Staff, feed: BusyFeed, answers, sign_in
    ):
        answers(calendar(MEETING))
        jobs.read_calendar(feed_id=feed.pk)
        answers(CannotFetch("status", 403))
        jobs.read_calendar(feed_id=feed.pk)
        page = sign_in(ana).get("/calendario").content.decode()
        assert "El otro lado se negó" in page
        assert "(403)" in page
        assert "Última lectura buena" in page
        assert taken(ana_staff) == ["15:00 Directorio"]

    def test_is_not_booked_over(self, mara: Actor, ana_staff: Staff, feed: BusyFeed, answers):
        answers(calendar(MEETING))
        jobs.read_calendar(feed_id=feed.pk)
        starts = datetime.combine(TOMORROW, time(11), tzinfo=HERE)
        with pytest.raises(Invalid):
            make_appointment(
                actor=mara, staff=ana_staff, starts_at=starts, ends_at=starts + timedelta(hours=1), title="Visita"
            )

    def test_those_that_wait_longest_are_read_and_those_just_read_are_not(
        self, ana: Actor, ana_staff: Staff, feed, answers
    ):
        answers(calendar(MEETING))
        assert jobs.read_calendars() == 1
        assert jobs.read_calendars() == 0

    def test_removed_frees_its_times_and_forgets_its_address(self, ana: Actor, ana_staff: Staff, feed, answers):
        answers(calendar(MEETING))
        jobs.read_calendar(feed_id=feed.pk)
        unsubscribe(actor=ana, busy_feed=BusyFeed.objects.get(pk=feed.pk))
        assert taken(ana_staff) == []
        assert BusyFeed.objects.get(pk=feed.pk).url == ""

    def test_are_eight_at_most(self, ana: Actor, ana_staff: Staff):
        for number in range(MOST_FEEDS):
            subscribe(actor=ana, staff=ana_staff, name=str(number))
        with pytest.raises(Invalid):
            subscribe(actor=ana, staff=ana_staff, name="uno más")

    def test_is_the_persons_own_and_not_even_a_managers(self, mara: Actor, ada: Actor, feed: BusyFeed):
        for actor in (mara, ada):
            with pytest.raises(NotFound):
                unsubscribe(actor=actor, busy_feed=feed)


@pytest.mark.row("Y5")
class TestAFile:
    def test_takes_its_hours_at_once(self, ana: Actor, ana_staff: Staff, sign_in):
        file = SimpleUploadedFile("a.ics", calendar(MEETING))
        assert sign_in(ana).post("/calendario", {"name": "Archivo", "file": file}).status_code == 302
        assert taken(ana_staff) == ["15:00 Directorio"]

    def test_that_is_no_calendar_leaves_nothing(self, ana: Actor, sign_in):
        answer = sign_in(ana).post("/calendario", {"name": "Foto", "file": SimpleUploadedFile("a.ics", b"\x89PNG")})
        assert answer.status_code == 422
        assert "No es un calendario" in answer.content.decode()
        assert answer.context["form"]["name"].value() == "Foto"
        assert not BusyFeed.objects.exists()

    def test_an_address_or_a_file_not_both_and_not_none(self, ana: Actor, sign_in):
        assert "url" in sign_in(ana).post("/calendario", {"name": "Nada"}).context["form"].errors


@pytest.fixture
def planned(ana: Actor, rosa: Client) -> Plan:
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    due_at = NOW + timedelta(hours=5)
    promises.make(actor=ana, client=rosa, what="Explicar el cobro secreto", due_at=due_at, channel="phone")
    agenda.agenda_step(TODAY, Run(), False)
    return Plan.objects.get()


def summaries(answer) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


@pytest.mark.row("Y5")
class TestGoingOut:
    @pytest.mark.parametrize(
        ("detail", "summary"),
        [
            ("busy", "Contacto del plan"),
            ("initials", "Llamada: R. E. C. M."),
            ("names", "Llamada: Rosa Elvira Cordero Malo"),
        ],
    )
    def test_says_as_much_as_the_person_chose(
        self, ana: Actor, ana_staff: Staff, planned: Plan, detail: str, summary: str
    ):
        secret = share(actor=ana, staff=ana_staff, detail=PlanLink.Detail(detail)).secret
        answer = Browser().get(f"/agenda/{secret}.ics")
        assert summaries(answer) == [summary]
        assert b"cobro secreto" not in answer.content
        assert answer["Content-Type"].startswith("text/calendar")
        again = Browser().get(f"/agenda/{secret}.ics", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_has_ones_own_meetings_but_not_those_of_other_calendars(
        self, ana: Actor, ana_staff: Staff, mara: Actor, feed: BusyFeed, answers
    ):
        answers(calendar(MEETING))
        jobs.read_calendar(feed_id=feed.pk)
        starts = NOW + timedelta(days=2)
        make_appointment(
            actor=mara, staff=ana_staff, starts_at=starts, ends_at=starts + timedelta(hours=1), title="Comité"
        )
        secret = share(actor=ana, staff=ana_staff, detail=PlanLink.Detail.NAMES).secret
        assert summaries(Browser().get(f"/agenda/{secret}.ics")) == ["Comité"]

    def test_stops_when_it_is_revoked_or_the_person_leaves(
        self, ana: Actor, ana_staff: Staff, planned: Plan, ada: Actor
    ):
        first, second = (share(actor=ana, staff=ana_staff, detail=PlanLink.Detail.BUSY) for _ in range(2))
        revoke(actor=ana, plan_link=first.link)
        status = [Browser().get(f"/agenda/{shared.secret}.ics").status_code for shared in (first, second)]
        assert status == [404, 200]
        Client.objects.update(adviser=None)
        deactivate(actor=ada, staff=ana_staff)
        assert Browser().get(f"/agenda/{second.secret}.ics").status_code == 404

    def test_the_page_that_shows_it_still_brings_calendars_in(self, ana: Actor, ana_staff: Staff, sign_in):
        page = sign_in(ana).post("/calendario/compartir", {"detail": "busy"}).content.decode()
        brings = next(form for form in page.split("<form ")[1:] if 'name="file"' in form)
        assert 'action="/calendario"' in brings.split(">")[0]

    def test_keeps_a_digest_and_shows_the_address_once(self, ana: Actor, ana_staff: Staff, sign_in):
        browser = sign_in(ana)
        page = browser.post("/calendario/compartir", {"detail": "busy"})
        address = page.context["new_address"]
        assert address.endswith(".ics")
        secret = address.rpartition("/")[2].removesuffix(".ics")
        assert secret not in str(PlanLink.objects.values())
        assert secret not in browser.get("/calendario").content.decode()
        assert secret not in str(list(Happening.objects.values_list("facts", flat=True)))


@pytest.mark.row("Y5")
def test_nothing_of_another_persons_calendar_is_in_the_list_of_appointments(
    mara: Actor, feed: BusyFeed, answers, sign_in
):
    answers(calendar(MEETING))
    jobs.read_calendar(feed_id=feed.pk)
    assert Appointment.objects.filter(title="Directorio").exists()
    assert "Directorio" not in sign_in(mara).get("/administracion/citas").content.decode()
