"""Mi día: what the page says, what its buttons do, and who sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from cartera.agenda import jobs
from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.clients.models import Channel, Client, ContactPoint, Holding, Kind, Wishes
from cartera.events.models import Event
from cartera.interactions import actions as interactions
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.products.models import Product
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.team.actions import make_appointment, plan_absence
from cartera.team.models import Staff
from tests.conftest import NOW, SET_UP, TODAY, Bank, given

SignIn = Callable[[Actor], Browser]
At = Callable[[datetime], None]
PAGE = "/mi-dia"
SCRIPT = "<script>alert('hola')</script>"
IN_AN_HOUR = NOW + timedelta(hours=1)


@pytest.fixture
def call(ana: Actor, rosa: Client) -> Promise:
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    given(ContactPoint, client=rosa, kind="phone", value="+593 99 412 7703", search="593994127703")
    return promises.make(
        actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(hours=5), channel=Channel.PHONE
    )


@pytest.fixture
def textiles(bank: Bank, ana_staff: Staff) -> Client:
    """Another client of Ana's, worth less, with a deposit that matures."""
    client = given(
        Client,
        key="C-3",
        kind=Kind.COMPANY,
        name="Textiles Tomebamba S. A.",
        search="textiles tomebamba s a",
        branch=bank.centro,
        adviser=ana_staff,
        since=date(2012, 1, 1),
        tier="B",
        revenue_minor=90_000,
    )
    product = given(Product, key="plazo", name="Depósito a plazo", line="deposit", currency="USD", margin_ppm=14_000)
    holding = given(
        Holding,
        key="H-1",
        client=client,
        product=product,
        currency="USD",
        balance_minor=5_000_000,
        opened_on=date(2025, 6, 19),
        matures_on=date(2026, 6, 19),
    )
    given(
        Event,
        client=client,
        holding=holding,
        kind="maturity",
        cause_key="maturity:H-1",
        raised_on=TODAY,
        act_by=TODAY,
        expires_on=date(2026, 6, 19),
        amount_minor=5_000_000,
        at_stake_minor=70_000,
        currency="USD",
    )
    return client  # type: ignore[no-any-return]


def night() -> None:
    jobs.agenda_step(TODAY, Run(), False)


def words_of(browser: Browser, address: str = PAGE) -> str:
    page = browser.get(address)
    assert page.status_code == 200
    return re.sub(r"[ \n]+", " ", page.content.decode())


def registered(client: Client, **answers: object) -> dict[str, object]:
    usual = {"channel": "phone", "direction": "out", "outcome": "talked", "purpose": "touch", "minutes": "", "said": ""}
    return {
        "token": str(uuid4()),
        "client": client.pk,
        **usual,
        "then": "nothing",
        "owed_by": "us",
        "next": PAGE,
        **answers,
    }


@pytest.mark.row("Z1")
class TestTheList:
    def test_says_whom_when_why_and_what_waiting_costs(self, call: Promise, ana: Actor, sign_in: SignIn):
        night()
        page = words_of(sign_in(ana))
        assert "Rosa Elvira Cordero Malo" in page
        assert "Quedaste en «Explicar el cobro» para hoy 14:12" in page
        assert 'href="tel:+593994127703"' in page
        assert "Hoy cabe tu único contacto." in page
        assert "Dejarlo para mañana cuesta" in page

    def test_is_in_the_order_of_the_plan_or_as_asked(
        self, call: Promise, textiles: Client, ana: Actor, sign_in: SignIn
    ):
        night()
        browser = sign_in(ana)
        starts = dict(PlanItem.objects.values_list("client__name", "place"))
        assert names(words_of(browser)) == sorted(starts, key=lambda name: starts[name])
        worth = dict(PlanItem.objects.values_list("client__name", "value_minor"))
        assert names(words_of(browser, f"{PAGE}?orden=valor")) == sorted(worth, key=lambda name: -worth[name])
        assert names(words_of(browser, f"{PAGE}?orden=plazo"))[0] == "Rosa Elvira Cordero Malo"

    def test_opens_the_line_that_is_asked_for(self, call: Promise, textiles: Client, ana: Actor, sign_in: SignIn):
        night()
        browser = sign_in(ana)
        for item in PlanItem.objects.all():
            page = words_of(browser, f"{PAGE}?abierto={item.pk}")
            assert f'c-item-now" id="item-{item.pk}"' in page

    def test_the_account_adds_up_to_the_worth(self, textiles: Client, ana: Actor, sign_in: SignIn):
        night()
        item = PlanItem.objects.get()
        page = words_of(sign_in(ana), f"{PAGE}/contactos/{item.pk}/cuenta")
        assert item.value_minor == item.why["avoided"] - item.why["minutes_cost"]
        assert "USD\xa0700 de margen × (82\xa0% renuevan" in page

    def test_has_at_hand_what_the_client_wished_and_said(
        self, call: Promise, rosa: Client, ana: Actor, sign_in: SignIn, at: At
    ):
        given(Wishes, client=rosa, preferred="phone", from_minute=600, to_minute=690, words="No lee correos")
        at(NOW - timedelta(days=6))
        interactions.register(actor=ana, client=rosa, channel=Channel.PHONE, said=SCRIPT)
        at(NOW)
        night()
        page = words_of(sign_in(ana))
        assert "Prefiere: llamada; 10:00–11:30" in page
        assert "Pidió: No lee correos" in page
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def names(page: str) -> list[str]:
    listed = page.split('<ol class="c-plain c-agenda')[1].split("</ol>")[0]
    return re.findall(r'c-item-name"><a [^>]*>([^<]+)</a>', listed)


@pytest.mark.row("Z1")
class TestCapacity:
    def test_the_minutes_of_the_day_add_up(self, call: Promise, ana: Actor, ana_staff: Staff, sign_in: SignIn):
        start = datetime(2026, 6, 16, 16, 0, tzinfo=UTC)
        make_appointment(
            actor=SET_UP, staff=ana_staff, starts_at=start, ends_at=start + timedelta(hours=1), title="Comité"
        )
        night()
        page = words_of(sign_in(ana))
        facts = re.findall(
            r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page.split('id="pop-cap"')[1].split("</table>")[0]
        )
        assert facts == [
            ("Jornada, sin comida", "8\xa0h"),
            ("Reuniones fijas", "−1\xa0h"),
            ("Ya pasó de la jornada", "−42\xa0min"),
            ("Reserva para imprevistos", "−37\xa0min"),
            ("Disponible para contactos", "5\xa0h 41\xa0min"),
        ]

    def test_what_does_not_fit_says_its_cost_and_its_repair(
        self, call: Promise, rosa: Client, ana: Actor, ana_staff: Staff, sign_in: SignIn
    ):
        night()
        unplaced = given(
            Unplaced,
            plan=Plan.objects.get(),
            client=rosa,
            minutes=30,
            channel="phone",
            due_on=TODAY,
            cost_minor=31_000,
            reasons=[{"kind": "promise", "id": call.pk, "cost": 31_000, "losses": [0] * 11}],
            repair={"kind": "renegotiate", "why": "no_room", "saves": 31_000, "day": "2026-06-18", "part": "morning"},
        )
        page = words_of(sign_in(ana))
        assert "Hoy cabe 1 de tus 2 contactos." in page
        assert "USD\xa0310" in page
        assert f'href="/compromisos/{call.pk}/renegociar?day=2026-06-18"' in page
        assert "Renegociar al jue 18 jun" in page
        assert unplaced.client_id == rosa.pk

    def test_what_more_hours_would_not_help_is_told_apart(
        self, call: Promise, rosa: Client, ana: Actor, sign_in: SignIn
    ):
        night()
        given(
            Unplaced,
            plan=Plan.objects.get(),
            client=rosa,
            minutes=30,
            channel="phone",
            due_on=TODAY,
            cost_minor=31_000,
            repair={"kind": "none", "why": "not_worth_its_minutes", "saves": 0, "day": None, "part": None},
        )
        page = words_of(sign_in(ana))
        assert "Hoy cabe tu único contacto." in page
        assert "No cabe" not in page
        assert "Vale menos que los minutos que toma." in page

    def test_what_did_not_fit_is_given_a_place_and_taken_out_again(
        self, call: Promise, textiles: Client, ana: Actor, sign_in: SignIn
    ):
        night()
        plan = Plan.objects.get()
        PlanItem.objects.filter(client=textiles).delete()
        event = Event.objects.get()
        unplaced = given(
            Unplaced,
            plan=plan,
            client=textiles,
            minutes=15,
            channel="phone",
            due_on=TODAY,
            cost_minor=5_000,
            reasons=[{"kind": "event", "id": event.pk, "cost": 5_000, "losses": [0] * 11}],
            repair={"kind": "another_day", "why": "no_room", "saves": 4_000, "day": "2026-06-17", "part": "morning"},
        )
        browser = sign_in(ana)
        assert "Hacerle lugar mañana" in words_of(browser)
        browser.post(f"{PAGE}/sin-lugar/{unplaced.pk}/colocar", {"next": PAGE})
        placed = PlanItem.objects.get(client=textiles)
        assert (placed.day, placed.pinned) == (TODAY + timedelta(days=1), True)
        page = words_of(browser)
        browser.post("/deshacer/" + page.split('action="/deshacer/')[1].split('"')[0])
        assert not PlanItem.objects.filter(client=textiles, pinned=True).exists()


@pytest.mark.row("Z1")
class TestWhichDayOpens:
    @pytest.mark.parametrize(
        ("instant", "opens_on", "says"),
        [
            (datetime(2026, 6, 16, 22, 29, tzinfo=UTC), TODAY, "Hoy"),
            (datetime(2026, 6, 16, 22, 30, tzinfo=UTC), date(2026, 6, 17), "La jornada de hoy ya terminó"),
            (datetime(2026, 6, 19, 23, 0, tzinfo=UTC), date(2026, 6, 22), "La jornada de hoy ya terminó"),
            (datetime(2026, 6, 20, 15, 0, tzinfo=UTC), date(2026, 6, 22), "Hoy no se trabaja"),
        ],
    )
    def test_is_the_first_with_something_left_to_work(
        self, call: Promise, ana: Actor, sign_in: SignIn, at: At, instant: datetime, opens_on: date, says: str
    ):
        night()
        at(instant)
        answer = sign_in(ana).get(PAGE)
        assert answer.context["page"].on == opens_on
        assert answer.context["page"].lead.startswith(says)

    def test_is_the_first_day_back_for_who_is_away(self, call: Promise, ana: Actor, ana_staff: Staff, sign_in: SignIn):
        plan_absence(actor=SET_UP, staff=ana_staff, first_day=TODAY, last_day=date(2026, 6, 18), reason="Permiso")
        page = sign_in(ana).get(PAGE).context["page"]
        assert (page.on, page.works) == (date(2026, 6, 19), True)

    def test_is_today_all_the_same_when_it_is_asked_for(self, call: Promise, ana: Actor, sign_in: SignIn, at: At):
        night()
        at(datetime(2026, 6, 17, 1, 0, tzinfo=UTC))
        browser = sign_in(ana)
        assert f'{PAGE}?dia={TODAY}"' in words_of(browser)
        page = browser.get(f"{PAGE}?dia={TODAY}").context["page"]
        assert (page.on, page.is_today) == (TODAY, True)
        assert "ya terminó" not in page.lead


@pytest.mark.row("Z1", "K1", "M1", "Y1")
class TestTheStory:
    def test_a_contact_keeps_its_promise_leaves_the_list_and_can_be_undone(
        self, call: Promise, rosa: Client, textiles: Client, ana: Actor, sign_in: SignIn
    ):
        night()
        browser = sign_in(ana)
        browser.post("/registrar", registered(rosa, keeps=[call.pk], said="Ya entendió el cobro"))
        page = words_of(browser)
        assert "Rosa Elvira Cordero Malo" not in names(page)
        assert "Ya entendió el cobro" in page
        assert Promise.objects.get().state == State.KEPT
        browser.post("/deshacer/" + page.split('action="/deshacer/')[1].split('"')[0])
        assert Promise.objects.get().state == State.PROMISED
        assert not Interaction.objects.filter(retracted_at__isnull=True).exists()

    def test_somebody_reached_stays_in_the_list_while_our_word_for_today_is_open(
        self, call: Promise, rosa: Client, ana: Actor, sign_in: SignIn
    ):
        night()
        browser = sign_in(ana)
        Plan.objects.update(stale=True)
        interactions.register(actor=ana, client=rosa, channel=Channel.EMAIL, outcome="sent")
        assert "Rosa Elvira Cordero Malo" in names(words_of(browser))

    def test_starting_a_contact_fixes_it_and_readies_its_form(self, call: Promise, ana: Actor, sign_in: SignIn):
        night()
        item = PlanItem.objects.get()
        answer = sign_in(ana).post(f"{PAGE}/contactos/{item.pk}/empezar", headers={"HX-Request": "true"})
        item.refresh_from_db()
        assert item.started_at == NOW
        assert "Rosa Elvira Cordero Malo" in answer.content.decode()

    def test_fixing_a_contact_can_be_undone(self, call: Promise, ana: Actor, sign_in: SignIn):
        night()
        item = PlanItem.objects.get()
        browser = sign_in(ana)
        browser.post(f"{PAGE}/contactos/{item.pk}/fijar", {"next": PAGE})
        page = words_of(browser)
        assert "Fijado en su hora" in page
        browser.post("/deshacer/" + page.split('action="/deshacer/')[1].split('"')[0])
        item.refresh_from_db()
        assert not item.pinned

    def test_a_row_of_the_plan_is_the_same_row_after_a_new_plan(self, call: Promise, ana: Actor, ana_staff: Staff):
        night()
        before = PlanItem.objects.get().pk
        jobs.replan_person(staff_id=ana_staff.pk)
        assert PlanItem.objects.get().pk == before


@pytest.mark.row("Z1")
class TestPlanningAgain:
    def test_is_asked_for_and_done(
        self, call: Promise, ana: Actor, sign_in: SignIn, django_capture_on_commit_callbacks: Callable[..., object]
    ):
        browser = sign_in(ana)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            browser.post(f"{PAGE}/replanificar", {"next": PAGE})
        assert PlanItem.objects.get().client_id == call.client_id

    def test_a_stale_plan_is_asked_again_until_it_is_made(self, call: Promise, ana: Actor, sign_in: SignIn):
        night()
        Plan.objects.update(stale=True)
        browser = sign_in(ana)
        assert f'hx-get="{PAGE}/plan?vez=1"' in words_of(browser)
        waiting = words_of(browser, f"{PAGE}/plan?vez=1")
        assert f'hx-get="{PAGE}/plan?vez=2"' in waiting
        assert "hx-get" not in words_of(browser, f"{PAGE}/plan?vez=15")
        Plan.objects.update(stale=False, changes=[change(call.client_id, "2026-06-16", 570, 620)])
        made = words_of(browser, f"{PAGE}/plan?vez=3")
        assert "Rosa Elvira Cordero Malo pasa de hoy 09:30 a hoy 10:20." in made
        assert 'id="plan" hx-swap-oob="true"' in made


def change(client_id: int, day: str, before: int, after: int) -> dict[str, object]:
    def standing(start: int) -> dict[str, object]:
        return {"date": day, "part": "morning", "channel": "phone", "start": start}

    return {"client": client_id, "before": standing(before), "after": standing(after)}


class TestOtherDays:
    def test_before_the_first_night_says_so(self, ana: Actor, sign_in: SignIn):
        page = words_of(sign_in(ana))
        assert "Todavía no hay plan" in page
        assert "Replanificar" in page

    def test_with_nothing_due_says_so(self, ana: Actor, rosa: Client, sign_in: SignIn):
        night()
        assert "No vence nada" in words_of(sign_in(ana))

    def test_away_says_so(self, ana: Actor, ana_staff: Staff, call: Promise, sign_in: SignIn):
        plan_absence(actor=SET_UP, staff=ana_staff, first_day=TODAY, last_day=TODAY, reason="Curso")
        night()
        assert "Estás de ausencia" in words_of(sign_in(ana), f"{PAGE}?dia={TODAY}")

    def test_on_a_holiday_or_a_sunday_says_so(self, ana: Actor, call: Promise, sign_in: SignIn):
        night()
        assert "Este día no se trabaja" in words_of(sign_in(ana), f"{PAGE}?dia=2026-06-21")

    def test_another_day_shows_its_own_contacts(self, ana: Actor, call: Promise, sign_in: SignIn):
        night()
        PlanItem.objects.update(day=TODAY + timedelta(days=1))
        browser = sign_in(ana)
        assert "Rosa Elvira" not in words_of(browser).split('id="plan"')[1].split("</section>")[0]
        assert "Rosa Elvira" in words_of(browser, f"{PAGE}?dia=2026-06-17")


@pytest.mark.row("Z1")
class TestWhoMay:
    def test_a_manager_reads_the_day_of_her_people_and_changes_nothing(
        self, call: Promise, ana_staff: Staff, mara: Actor, ana: Actor, sign_in: SignIn
    ):
        night()
        item = PlanItem.objects.get()
        browser = sign_in(mara)
        page = words_of(browser, f"{PAGE}?persona={ana_staff.pk}")
        assert "El día de Ana Andrade" in page
        assert "data-start" not in page
        for verb in ("empezar", "fijar", "soltar"):
            assert browser.post(f"{PAGE}/contactos/{item.pk}/{verb}").status_code == 404
        assert browser.get(f"{PAGE}/contactos/{item.pk}/cuenta").status_code == 200

    def test_an_adviser_of_another_branch_sees_none_of_it(
        self, call: Promise, ana_staff: Staff, beto: Actor, sign_in: SignIn
    ):
        night()
        item = PlanItem.objects.get()
        browser = sign_in(beto)
        assert browser.get(f"{PAGE}?persona={ana_staff.pk}").status_code == 404
        assert browser.get(f"{PAGE}/contactos/{item.pk}/cuenta").status_code == 404
        assert browser.post(f"{PAGE}/contactos/{item.pk}/empezar").status_code == 404
        assert "Rosa Elvira" not in words_of(browser)


class TestCost:
    def test_is_the_same_number_of_queries_for_one_contact_and_for_many(
        self, call: Promise, textiles: Client, bank: Bank, ana: Actor, ana_staff: Staff, sign_in: SignIn
    ):
        night()
        browser = sign_in(ana)
        browser.get(PAGE)
        few = queries_of(browser)
        for number in range(8):
            client = given(
                Client, key=f"M-{number}", kind=Kind.PERSON, name=f"Cliente {number}", search=f"cliente {number}",
                branch=bank.centro, adviser=ana_staff, since=TODAY, tier="A", revenue_minor=900_000,
            )  # fmt: skip
            promises.make(actor=ana, client=client, what="Llamar", due_at=IN_AN_HOUR, channel=Channel.PHONE)
        jobs.replan_person(staff_id=ana_staff.pk)
        assert PlanItem.objects.count() >= 8
        assert queries_of(browser) == few <= 20


def queries_of(browser: Browser) -> int:
    with CaptureQueriesContext(connection) as told:
        assert browser.get(PAGE).status_code == 200
    return len(told)
