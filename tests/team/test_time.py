"""Hours of a person, absences and fixed times."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from cartera.clock.actions import add_day_off, cancel_day_off
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound
from cartera.kernel.undo import undo
from cartera.team.actions import time as acting
from cartera.team.calendars import diaries, place_of
from cartera.team.hours import Flaw, WrongHours, read_day, written
from cartera.team.models import Absence, Branch, Staff
from cartera.team.standing_in import uncovered
from tests.conftest import NOW, TODAY, Bank, given

TOMORROW = TODAY + timedelta(days=1)


def minutes_of(staff: Staff, day: date) -> int:
    return diaries([staff], day, day)[staff.pk].calendar.minutes_available(day)


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[int, int]]:
    ends = sorted(draw(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True)))
    return list(zip(ends[::2], ends[1::2], strict=False))


@pytest.mark.row("Y15")
class TestHours:
    @pytest.mark.parametrize(
        ("text", "stretches"),
        [
            ("", ()),
            ("08:30-13:00, 14:00-17:30", ((510, 780), (840, 1050))),
            ("8:30 – 13 y 14 - 17:30", ((510, 780), (840, 1050))),
            ("9-24:00", ((540, 1440),)),
        ],
    )
    def test_are_read_as_people_write_them(self, text: str, stretches: tuple[tuple[int, int], ...]):
        assert read_day(text) == stretches

    @pytest.mark.parametrize(
        ("text", "flaw"),
        [
            ("mañana", Flaw.FORM),
            ("8:75-9", Flaw.FORM),
            ("25-26", Flaw.FORM),
            ("13-8", Flaw.BACKWARDS),
            ("8-12, 11-13", Flaw.OVERLAP),
        ],
    )
    def test_that_are_none_say_why(self, text: str, flaw: Flaw):
        with pytest.raises(WrongHours) as wrong:
            read_day(text)
        assert wrong.value.flaw == flaw

    @examples(weeks())
    def test_written_are_read_the_same(self, stretches: list[tuple[int, int]]):
        assert list(read_day(written(stretches))) == stretches

    def test_of_a_person_win_over_the_branchs_until_they_are_taken_away(self, mara: Actor, ana_staff: Staff):
        usual = minutes_of(ana_staff, TODAY)
        acting.set_hours(actor=mara, staff=ana_staff, hours=[(1, 480, 600), (1, 660, 720)])
        assert minutes_of(ana_staff, TODAY) == 180
        assert minutes_of(ana_staff, TOMORROW) == 0
        acting.set_hours(actor=mara, staff=ana_staff, hours=[])
        assert minutes_of(ana_staff, TODAY) == usual

    def test_that_overlap_are_refused(self, mara: Actor, ana_staff: Staff):
        with pytest.raises(Invalid):
            acting.set_hours(actor=mara, staff=ana_staff, hours=[(1, 480, 600), (1, 540, 720)])

    def test_of_somebody_in_another_branch_are_not_found(self, mara: Actor, beto_staff: Staff):
        with pytest.raises(NotFound):
            acting.set_hours(actor=mara, staff=beto_staff, hours=[])

    def test_on_the_screen_say_what_is_wrong_at_their_day_and_keep_it(self, mara: Actor, ana_staff: Staff, sign_in):
        address = f"/administracion/personas/{ana_staff.pk}/horario"
        answer = sign_in(mara).post(address, {"own": "on", "day_0": "8-12", "day_1": "13-8"})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["day_1"]
        assert answer.context["form"]["day_0"].value() == "8-12"
        assert sign_in(mara).post(address, {"own": "on", "day_0": "8-12, 13-15"}).status_code == 302
        assert (
            "08:00-12:00, 13:00-15:00" in sign_in(mara).get(f"/administracion/personas/{ana_staff.pk}").content.decode()
        )


@pytest.mark.row("Y5")
class TestFixedTimes:
    def make(self, actor: Actor, staff: Staff, hour: int, length: int = 1):
        starts = NOW + timedelta(days=1, hours=hour)
        return acting.make_appointment(
            actor=actor, staff=staff, starts_at=starts, ends_at=starts + timedelta(hours=length), title="Comité"
        )

    def test_are_not_booked_twice(self, mara: Actor, ana_staff: Staff):
        self.make(mara, ana_staff, 0, 2)
        with pytest.raises(Invalid) as refused:
            self.make(mara, ana_staff, 1)
        assert "Comité" in str(refused.value.fields["starts_at"][0])
        assert self.make(mara, ana_staff, 2).pk

    def test_of_another_person_do_not_matter(self, mara: Actor, ana_staff: Staff):
        self.make(mara, ana_staff, 0)
        assert self.make(mara, Staff.objects.get(pk=mara.id), 0).pk

    def test_that_were_cancelled_are_free_and_are_not_put_back_onto_another(self, mara: Actor, ana_staff: Staff):
        first = self.make(mara, ana_staff, 0)
        gone = acting.cancel_appointment(actor=mara, appointment=first)
        self.make(mara, ana_staff, 0)
        with pytest.raises(Invalid):
            undo(actor=mara, happening_id=gone.happening.pk)  # type: ignore[attr-defined]

    def test_may_be_moved_within_their_own_time(self, mara: Actor, ana_staff: Staff):
        meeting = self.make(mara, ana_staff, 0, 2)
        later = meeting.starts_at + timedelta(minutes=30)
        assert acting.change_appointment(actor=mara, appointment=meeting, starts_at=later).starts_at == later


@pytest.mark.row("Z1", "Y15")
class TestAbsences:
    def test_go_forward_and_end(self, mara: Actor, ana_staff: Staff):
        for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
            with pytest.raises(Invalid):
                acting.plan_absence(actor=mara, staff=ana_staff, first_day=TODAY, last_day=last)

    def test_have_another_stand_in(self, mara: Actor, ana_staff: Staff):
        with pytest.raises(Invalid) as refused:
            acting.plan_absence(actor=mara, staff=ana_staff, first_day=TODAY, last_day=TODAY, stand_in=ana_staff)
        assert "stand_in" in refused.value.fields

    def test_that_two_people_change_at_once_are_a_conflict(self, mara: Actor, ana_staff: Staff):
        absence = acting.plan_absence(actor=mara, staff=ana_staff, first_day=TODAY, last_day=TODAY)
        acting.change_absence(actor=mara, absence=Absence.objects.get(pk=absence.pk), version=1, last_day=TOMORROW)
        with pytest.raises(Conflict):
            acting.change_absence(actor=mara, absence=Absence.objects.get(pk=absence.pk), version=1, reason="x")

    def test_that_are_over_stay_as_they_were(self, mara: Actor, ana_staff: Staff):
        last = TODAY - timedelta(days=1)
        absence = acting.plan_absence(actor=mara, staff=ana_staff, first_day=last, last_day=last)
        with pytest.raises(InvalidTransition):
            acting.cancel_absence(actor=mara, absence=absence)

    def test_say_on_how_many_days_nobody_stands_in(self, mara: Actor, ana_staff: Staff, bank: Bank):
        carla = given(Staff, key="carla", name="Carla", role="adviser", branch=bank.centro)
        ana = acting.plan_absence(
            actor=mara, staff=ana_staff, first_day=TODAY, last_day=TODAY + timedelta(days=3), stand_in=carla
        )
        assert uncovered([ana], TODAY) == {}
        acting.plan_absence(actor=mara, staff=carla, first_day=TOMORROW, last_day=TOMORROW)
        assert uncovered([ana], TODAY) == {ana.pk: 1}


@pytest.mark.row("Y13")
class TestDaysOff:
    def test_of_one_country_rest_there_only_and_work_again_when_removed(self, ada: Actor, ana_staff: Staff, bank: Bank):
        Branch.objects.filter(pk=bank.costa.pk).update(country="CO", zone="America/Bogota")
        bogota = given(Staff, key="luz", name="Luz", role="adviser", branch=Branch.objects.get(pk=bank.costa.pk))
        added = add_day_off(actor=ada, on=TODAY, name="Feria", country="CO")
        assert minutes_of(bogota, TODAY) == 0
        assert minutes_of(ana_staff, TODAY) > 0
        cancel_day_off(actor=ada, day_off=added)
        assert minutes_of(bogota, TODAY) > 0
        assert add_day_off(actor=ada, on=TODAY, name="Feria otra vez", country="CO").pk == added.pk

    def test_are_there_once(self, ada: Actor):
        add_day_off(actor=ada, on=TODAY, name="Feria")
        with pytest.raises(Invalid):
            add_day_off(actor=ada, on=TODAY, name="Feria")

    def test_a_branch_abroad_keeps_no_region_of_home(self, bank: Bank):
        home = type("Home", (), {"country": "ES", "region": "CT"})()
        assert place_of(Branch(country="", region=""), home) == ("ES", "CT")
        assert place_of(Branch(country="PT", region=""), home) == ("PT", "")
        assert place_of(Branch(country="ES", region="MD"), home) == ("ES", "MD")

    def test_the_screen_shows_each_place_where_a_branch_is(self, ada: Actor, bank: Bank, sign_in):
        Branch.objects.filter(pk=bank.costa.pk).update(country="ES", region="CT")
        page = sign_in(ada).get("/administracion/feriados?lugar=ES-CT&ano=2026").content.decode()
        assert "España, CT" in page
        assert "viernes 11 de septiembre de 2026" in page  # the national day of Catalonia
        assert datetime(2026, 9, 11).weekday() == 4  # noqa: DTZ001
