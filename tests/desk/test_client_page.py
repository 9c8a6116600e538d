"""Cliente 360: what the page tells of a client, what is done from it, and who sees none of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cartera.clients.models import (
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    Holding,
    Kind,
    Relationship,
    RelationshipKind,
    Wishes,
)
from cartera.clients.models.contact import Channels
from cartera.desk.client_page import tier_of_client
from cartera.desk.formats import SPANISH
from cartera.desk.wishes_words import wishes_in_words
from cartera.events.models import Event
from cartera.interactions import actions as interactions
from cartera.interactions.models import Direction, Interaction, Outcome, Purpose
from cartera.interactions.rules import Slot, best_time
from cartera.kernel.actor import Actor
from cartera.products.models import Line, Product
from cartera.promises import actions as promises
from cartera.promises.models import Promise, Side
from cartera.service.actions import agree_wishes, found_models
from cartera.value.models import ClientValue, TierOverride, TierPeriod, TierPolicy
from tests.conftest import NOW, SET_UP, TODAY, given

THRESHOLDS = {
    "A": {"assets_minor": 75_000_000, "revenue_minor": 900_000},
    "B": {"assets_minor": 20_000_000, "revenue_minor": 300_000},
    "C": {"assets_minor": 5_000_000, "revenue_minor": 60_000},
}


@pytest.fixture
def policy(bank) -> TierPolicy:
    return given(TierPolicy, number=6, effective_from=date(2026, 1, 1), thresholds=THRESHOLDS, reason="Comité")


@pytest.fixture
def valued(rosa: Client, policy: TierPolicy) -> Client:
    """Rosa after a night: tier A by her assets."""
    reason = {"by": "assets", "amount": 124_030_000, "threshold": 75_000_000, "kept_by_hysteresis": False}
    reason |= {"household": None, "policy": 6}
    given(TierPeriod, client=rosa, tier="A", by="assets", policy=policy, reason=reason, from_day=date(2026, 2, 1))
    given(
        ClientValue,
        client=rosa,
        on_date=TODAY - timedelta(days=1),
        assets_minor=124_030_000,
        liabilities_minor=8_640_000,
        revenue_minor=1_421_000,
        cost_minor=106_400,
        minutes=2454,
        frequency=40,
    )
    Client.objects.filter(pk=rosa.pk).update(tier="A", tier_reason=reason, assets_minor=124_030_000)
    return Client.objects.get(pk=rosa.pk)


@pytest.fixture
def deposit(rosa: Client) -> Holding:
    product = given(
        Product,
        key="dpf",
        name="Depósito a plazo",
        line=Line.DEPOSIT,
        currency="USD",
        margin_ppm=14_000,
        fee_minor=1_200,
    )
    return given(
        Holding,
        key="H-1",
        client=rosa,
        product=product,
        currency="USD",
        balance_minor=52_000_000,
        rate_ppm=72_500,
        opened_on=date(2025, 7, 10),
        matures_on=TODAY + timedelta(days=24),
    )


@pytest.fixture
def maturity(rosa: Client, deposit: Holding) -> Event:
    return given(
        Event,
        client=rosa,
        holding=deposit,
        kind=Event.Kind.MATURITY,
        cause_key="maturity:H-1",
        raised_on=TODAY,
        act_by=TODAY + timedelta(days=17),
        expires_on=TODAY + timedelta(days=24),
        amount_minor=52_000_000,
        at_stake_minor=729_200,
        currency="USD",
        evidence={"product": "Depósito a plazo"},
    )


def page_of(browser, client: Client, query: str = "") -> str:
    answer = browser.get(f"/clientes/{client.pk}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def called(client: Client, at: datetime, outcome: Outcome = Outcome.TALKED, **values) -> Interaction:
    return given(
        Interaction,
        **{"client": client, "staff": client.adviser, "channel": Channel.PHONE, "outcome": outcome, "minutes": 9}
        | {"happened_at": at, **values},
    )


@pytest.mark.row("Y9", "Y14")
class TestWhoSeesIt:
    PARTS = ("", "/historia", "/compromisos", "/deseos")

    @pytest.mark.parametrize("part", PARTS)
    def test_its_adviser_the_manager_above_and_an_administrator(self, sign_in, ana, mara, ada, rosa, part):
        assert {sign_in(who).get(f"/clientes/{rosa.pk}{part}").status_code for who in (ana, mara, ada)} == {200}

    @pytest.mark.parametrize("part", PARTS)
    def test_for_an_adviser_of_another_branch_there_is_no_such_client(self, sign_in, beto: Actor, rosa, part):
        answer = sign_in(beto).get(f"/clientes/{rosa.pk}{part}")
        assert answer.status_code == 404
        assert "Cordero" not in answer.content.decode()

    def test_a_service_agent_reads_but_changes_no_wishes_and_no_tier(self, sign_in, gina: Actor, valued):
        browser = sign_in(gina)
        page = page_of(browser, valued)
        assert "/deseos" not in page
        assert "/nivel" not in page
        assert browser.get(f"/clientes/{valued.pk}/deseos").status_code == 403

    def test_names_and_notes_are_never_markup(self, sign_in, ana: Actor, rosa):
        Client.objects.filter(pk=rosa.pk).update(name="<script>alert(1)</script>", given_name="<b>x</b>")
        called(rosa, NOW - timedelta(days=1), said="<img src=x onerror=alert(2)>")
        given(Wishes, client=rosa, words="<svg onload=alert(3)>", said_on=TODAY)
        page = page_of(sign_in(ana), rosa)
        for mark in ("<script>alert", "<img src=x", "<svg onload", "<b>x"):
            assert mark not in page
        assert "&lt;img src=x onerror=alert(2)&gt;" in page


@pytest.mark.row("V5")
class TestTier:
    def test_says_the_amounts_the_thresholds_and_the_version_of_the_policy(self, sign_in, ana: Actor, valued):
        page = page_of(sign_in(ana), valued).replace("\N{NO-BREAK SPACE}", " ")
        why = page.split('id="pop-tier"')[1].split("</div>")[0]
        assert "Activos USD 1.240.300, umbral 750.000" in why
        assert "Ingreso anual USD 14.210, umbral 9.000" in why
        assert "Política de niveles v6, vigente desde el 1 de enero de 2026" in why
        assert "Baja de nivel si queda bajo USD 675.000" in why

    def test_writes_amounts_in_the_reason_as_everywhere_else(self, ana: Actor, valued):
        household = {**valued.tier_reason, "household": 7, "policy": 6}
        Client.objects.filter(pk=valued.pk).update(tier_reason=household)
        reason = tier_of_client(ana, Client.objects.get(pk=valued.pk), SPANISH)
        assert "USD\xa01.240.300 " in reason.sentence

    def test_before_its_first_night_it_has_none_and_says_when(self, sign_in, ana: Actor, rosa):
        page = page_of(sign_in(ana), rosa)
        assert "sin nivel: lo valora la noche de hoy" in page
        assert "Todavía no tiene valor" in page

    def test_a_manager_overrides_it_with_a_reason_until_a_day_and_the_page_says_who(self, sign_in, mara, ana, valued):
        browser = sign_in(mara)
        typed = {"tier": "B", "reason": "Se muda a Quito", "expires_on": "2026-12-31"}
        assert browser.post(f"/clientes/{valued.pk}/nivel", typed).status_code == 302
        valued.refresh_from_db()
        assert valued.tier == "B"
        why = page_of(sign_in(ana), valued).split('id="pop-tier"')[1].split("</div>")[0]
        assert "Mara Toral" in why
        assert "Se muda a Quito" in why

    def test_the_policy_decides_again_when_the_decision_is_ended(self, sign_in, mara, valued):
        browser = sign_in(mara)
        typed = {"tier": "C", "reason": "Prueba", "expires_on": "2026-12-31"}
        browser.post(f"/clientes/{valued.pk}/nivel", typed)
        browser.post(f"/clientes/{valued.pk}/nivel/politica")
        valued.refresh_from_db()
        assert valued.tier == "A"
        assert browser.post(f"/clientes/{valued.pk}/nivel/politica").status_code == 404

    def test_a_decision_without_reason_or_in_the_past_is_refused_in_words(self, sign_in, mara, valued):
        answer = sign_in(mara).post(
            f"/clientes/{valued.pk}/nivel", {"tier": "B", "reason": "x", "expires_on": "2026-06-01"}
        )
        assert answer.status_code == 422
        assert not TierOverride.objects.exists()

    def test_an_adviser_may_not_override_it(self, sign_in, ana, valued):
        assert sign_in(ana).get(f"/clientes/{valued.pk}/nivel").status_code == 403


@pytest.mark.row("V7")
class TestWishes:
    TYPED = {
        "version": 0,
        "channels": ["phone", "face_to_face", "message"],
        "preferred": "phone",
        "days": ["1", "2", "3"],
        "from_minute": "10:00",
        "to_minute": "11:30",
        "contacts_a_year": 6,
        "words": "Por la mañana, por favor",
        "said_on": "2026-06-15",
    }

    def test_are_a_sentence_with_the_day_on_which_they_were_said(self, sign_in, ana: Actor, rosa):
        sign_in(ana).post(f"/clientes/{rosa.pk}/deseos", self.TYPED)
        page = page_of(sign_in(ana), rosa)
        assert "de preferencia llamada; martes a jueves; entre 10:00 y 11:30; 6 contactos al año." in page
        assert "«Por la mañana, por favor»" in page
        assert "Dicho el 15 de junio de 2026" in page

    def test_until_asked_the_page_says_so_and_offers_to_write_them_down(self, sign_in, ana: Actor, rosa):
        page = page_of(sign_in(ana), rosa)
        assert "Nadie le ha preguntado todavía" in page
        assert f'href="/clientes/{rosa.pk}/deseos"' in page

    def test_plan_the_year_again(self, sign_in, ana: Actor, rosa):
        found_models(actor=SET_UP)
        sign_in(ana).post(f"/clientes/{rosa.pk}/deseos", self.TYPED)
        planned = Promise.objects.filter(client=rosa).open()
        assert planned.count() == 6
        assert {promise.due_at.astimezone(UTC).weekday() for promise in planned} <= {1, 2, 3, 4}

    def test_two_who_write_at_once_lose_nothing(self, sign_in, ana: Actor, mara: Actor, rosa):
        agree_wishes(actor=mara, client=rosa, words="Solo cartas", channels=int(Channels.LETTER), said_on=TODAY)
        browser = sign_in(ana)
        answer = browser.post(f"/clientes/{rosa.pk}/deseos", self.TYPED)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Solo cartas" in page
        assert "Por la mañana, por favor" in page
        assert Wishes.objects.get(client=rosa).words == "Solo cartas"
        again = {**self.TYPED, "version": page.split('name="version" value="')[1].split('"')[0]}
        assert browser.post(f"/clientes/{rosa.pk}/deseos", again).status_code == 302
        assert Wishes.objects.get(client=rosa).words == "Por la mañana, por favor"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"to_minute": "09:00"}, "Esta hora tiene que ser posterior"),
            ({"days": []}, "Elige al menos un día."),
            ({"preferred": "letter"}, "preferido"),
            ({"said_on": "2026-06-17"}, "Ese día todavía no llega"),
        ],
    )
    def test_what_makes_no_sense_is_said_at_its_field_and_what_was_typed_stays(self, sign_in, ana, rosa, wrong, said):
        answer = sign_in(ana).post(f"/clientes/{rosa.pk}/deseos", {**self.TYPED, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "Por la mañana, por favor" in answer.content.decode()
        assert not Wishes.objects.exists()

    def test_a_way_that_was_refused_is_marked_where_one_would_use_it(self, sign_in, ana: Actor, rosa):
        given(ContactPoint, client=rosa, kind=ContactKind.PHONE, value="+593 99 412 7703", search="593994127703")
        given(
            ContactPoint, client=rosa, kind=ContactKind.EMAIL, value="rosa@correo.example", search="rosa@correo.example"
        )
        given(Wishes, client=rosa, channels=int(Channels.ALL) & ~int(Channels.EMAIL), said_on=TODAY)
        page = page_of(sign_in(ana), rosa)
        assert 'href="tel:+593994127703"' in page
        assert 'href="https://wa.me/593994127703"' in page
        ways = page.split('id="pop-write"')[1].split("</div>")[0]
        assert ways.count("pidió que no") == 1
        assert ways.index("mailto:rosa@correo.example") < ways.index("pidió que no")


@pytest.mark.row("M1", "S3")
class TestPromisesAndContract:
    def test_what_is_owed_both_ways_the_overdue_first(self, sign_in, ana: Actor, rosa, at):
        promises.make(actor=ana, client=rosa, what="Llamar por el cobro", due_at=NOW + timedelta(hours=2))
        promises.make(actor=ana, client=rosa, what="Carta", due_at=NOW + timedelta(days=9))
        promises.make(actor=ana, client=rosa, what="Su cédula", due_at=NOW + timedelta(days=3), owed_by=Side.CLIENT)
        at(NOW + timedelta(hours=19))
        page = page_of(sign_in(ana), rosa)
        card = page.split('id="promises"')[1].split("</section>")[0]
        assert "Atrasado 17" in card
        assert card.index("Llamar por el cobro") < card.index("Carta") < card.index("Lo que nos debe")
        assert card.index("Lo que nos debe") < card.index("Su cédula")
        assert "Ver los 3 compromisos" in card

    def test_the_whole_list_says_what_became_of_the_others(self, sign_in, ana: Actor, rosa):
        kept = promises.make(actor=ana, client=rosa, what="Reporte", due_at=NOW + timedelta(days=1))
        promises.keep(actor=ana, promise=kept)
        page = sign_in(ana).get(f"/clientes/{rosa.pk}/compromisos").content.decode()
        assert "Reporte" in page.split('id="closed-t"')[1]
        assert "1 cumplido" in page_of(sign_in(ana), rosa)

    def test_the_ring_counts_the_contacts_of_the_year(self, sign_in, ana: Actor, rosa):
        found_models(actor=SET_UP)
        agree_wishes(actor=ana, client=rosa, contacts_a_year=4, said_on=TODAY)
        page = page_of(sign_in(ana), rosa)
        assert "0 / 4" in page
        assert "0 contactos hechos de 4, 4 por venir" in page


class TestHoldingsFamilyAndCost:
    @pytest.mark.row("V5")
    def test_a_product_says_what_it_brings_and_that_it_matures(self, sign_in, ana: Actor, rosa, deposit, maturity):
        page = page_of(sign_in(ana), rosa).replace("\N{NO-BREAK SPACE}", " ")
        row = page.split("Depósito a plazo")[1].split("</tr>")[0]
        assert "USD 520.000,00" in row
        assert "7,25 %" in row
        assert "7.292" in row
        assert "Vence en 24 días" in row

    @pytest.mark.row("V9")
    def test_cost_and_revenue_say_what_an_hour_brings(self, sign_in, ana: Actor, valued):
        page = page_of(sign_in(ana), valued).replace("\N{NO-BREAK SPACE}", " ")
        card = page.split('id="cost-t"')[1].split("</section>")[0]
        assert "14.210" in card
        assert "1.064" in card
        assert ">347<" in card
        assert "USD 26,01 por hora" in card

    @pytest.mark.row("V9")
    def test_a_client_that_costs_more_than_it_brings_is_said_to(self, sign_in, ana: Actor, valued):
        ClientValue.objects.filter(client=valued).update(cost_minor=2_000_000)
        assert "Cuesta más de lo que trae." in page_of(sign_in(ana), valued)

    @pytest.mark.row("Y9")
    def test_family_names_only_whom_the_reader_may_see(self, sign_in, ana: Actor, ana_staff, rosa, yunguilla):
        hernan = given(
            Client,
            key="C-9",
            kind=Kind.PERSON,
            name="Hernán Ochoa",
            search="ochoa hernan",
            branch=ana_staff.branch,
            adviser=ana_staff,
            since=date(2012, 1, 1),
            assets_minor=9_000_000,
        )
        given(Relationship, client=hernan, other=rosa, kind=RelationshipKind.REFERRED_BY, note="amigo")
        given(Relationship, client=rosa, other=yunguilla, kind=RelationshipKind.OWNER)
        page = page_of(sign_in(ana), rosa)
        assert "vino por su recomendación, amigo" in page
        assert "90.000" in page.split("Activos que trajo")[1]
        assert "trajo a un cliente, USD\xa090.000" in page
        assert "Yunguilla" not in page
        assert "A otro le atiende otra persona." in page


@pytest.mark.row("E4")
class TestEvents:
    def test_acting_promises_a_contact_and_closes_the_event(self, sign_in, ana: Actor, rosa, maturity):
        browser = sign_in(ana)
        assert f'href="/clientes/{rosa.pk}/eventos/{maturity.pk}"' in page_of(browser, rosa)
        form = browser.get(f"/clientes/{rosa.pk}/eventos/{maturity.pk}").content.decode()
        by = form.split('name="by" value="')[1].split('"')[0]
        typed = {"by": by, "channel": "phone", "minutes": 20}
        assert browser.post(f"/clientes/{rosa.pk}/eventos/{maturity.pk}", typed).status_code == 302
        maturity.refresh_from_db()
        assert maturity.state == Event.State.ACTED
        assert maturity.promise is not None
        assert maturity.promise.channel == "phone"

    def test_dismissing_needs_a_reason(self, sign_in, ana: Actor, rosa, maturity):
        browser = sign_in(ana)
        address = f"/clientes/{rosa.pk}/eventos/{maturity.pk}/descartar"
        assert browser.post(address, {"reason": " "}).status_code == 422
        assert browser.post(address, {"reason": "Ya renovó en la agencia"}).status_code == 302
        maturity.refresh_from_db()
        assert maturity.why_dismissed == "Ya renovó en la agencia"

    def test_an_event_of_another_client_is_not_found(self, sign_in, ada: Actor, yunguilla, maturity):
        assert sign_in(ada).get(f"/clientes/{yunguilla.pk}/eventos/{maturity.pk}").status_code == 404


@pytest.mark.row("S6", "Y9")
class TestStory:
    def test_goes_month_by_month_and_tells_what_was_said_kept_and_promised(self, sign_in, ana: Actor, rosa):
        open_one = promises.make(actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(days=1))
        promises.record_contact(
            actor=ana,
            client=rosa,
            channel=Channel.PHONE,
            direction=Direction.IN,
            purpose=Purpose.SERVICE,
            minutes=9,
            said="Vio un cobro y no lo entiende",
            keeps=[open_one],
            next_promise=promises.Draft("Carta de comisiones", NOW + timedelta(days=4)),
        )
        called(rosa, datetime(2026, 5, 4, 15, 10, tzinfo=UTC), Outcome.NO_ANSWER)
        page = page_of(sign_in(ana), rosa)
        story = page.split('id="story"')[1].split("</section>")[0]
        assert story.index("Junio de 2026") < story.index("Llamada recibida, 9") < story.index("Mayo de 2026")
        assert "Vio un cobro y no lo entiende" in story
        assert "Cumplió: Explicar el cobro" in story
        assert "Prometido: Carta de comisiones" in story
        assert "Llamada sin respuesta" in story

    def test_shows_no_contact_that_was_taken_back(self, sign_in, ana: Actor, rosa):
        contact = interactions.register(actor=ana, client=rosa, channel=Channel.PHONE, said="Equivocado")
        interactions.retract(actor=ana, interaction=contact)
        assert "Equivocado" not in page_of(sign_in(ana), rosa)

    def test_goes_on_where_it_stopped_and_says_a_month_once(self, sign_in, ana: Actor, rosa):
        for n in range(20):
            called(rosa, NOW - timedelta(hours=n + 1), said=f"contacto-{n}.")
        browser = sign_in(ana)
        page, seen = page_of(browser, rosa), ""
        months = page.count("Junio de 2026")
        while "story-more" in page:
            seen += page
            address = page.split('id="story-more"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
            page = browser.get(address, headers={"HX-Request": "true"}).content.decode()
            months += page.count("Junio de 2026")
        seen += page
        assert [seen.count(f"contacto-{n}.") for n in range(20)] == [1] * 20
        assert months == 1

    def test_conversations_leave_out_what_was_only_written_or_tried(self, sign_in, ana: Actor, rosa):
        called(rosa, NOW - timedelta(days=1), said="hablamos")
        called(rosa, NOW - timedelta(days=2), Outcome.NO_ANSWER, said="intento")
        called(rosa, NOW - timedelta(days=3), Outcome.SENT, channel=Channel.EMAIL, said="correo")
        card = sign_in(ana).get(f"/clientes/{rosa.pk}/historia?ver=conversaciones").content.decode()
        assert "hablamos" in card
        assert "intento" not in card
        assert "correo" not in card


@pytest.mark.row("S6")
class TestWhenItAnswers:
    def test_the_page_says_the_best_hours_in_words(self, sign_in, ana: Actor, rosa):
        tuesday = datetime(2026, 6, 9, 15, 30, tzinfo=UTC)  # 10:30 in Cuenca
        for week in range(6):
            called(rosa, tuesday - timedelta(weeks=week))
            called(rosa, tuesday - timedelta(weeks=week) + timedelta(hours=5), Outcome.NO_ANSWER)
        page = page_of(sign_in(ana), rosa)
        assert "martes, 10:00 a 11:00" in page
        assert "12 llamadas nuestras en dieciocho meses; contestó 6" in page

    def test_a_few_calls_say_nothing(self, sign_in, ana: Actor, rosa):
        called(rosa, NOW - timedelta(days=1))
        assert "1 llamada en dieciocho meses: es poco para saberlo." in page_of(sign_in(ana), rosa)

    @pytest.mark.parametrize(
        ("slots", "found"),
        [
            ([], None),
            ([Slot(1, 10, 7, 7)], None),
            ([Slot(1, 10, 8, 8), Slot(2, 15, 8, 8)], None),
            ([Slot(1, 10, 5, 5), Slot(3, 11, 5, 4), Slot(4, 16, 10, 1)], (1, 3, 10, 12)),
            ([Slot(0, 9, 4, 0), Slot(0, 12, 4, 4)], (0, 0, 12, 13)),
        ],
    )
    def test_the_best_block_is_where_answers_exceed_what_was_to_be_expected(self, slots, found):
        best = best_time(slots)
        told = (best.first_weekday, best.last_weekday, best.from_hour, best.until_hour) if best else None
        assert told == found


@pytest.mark.row("Y9")
class TestCost:
    def test_in_queries_is_fixed_however_much_there_is(
        self, sign_in, ana: Actor, valued, deposit, maturity, django_assert_max_num_queries
    ):
        found_models(actor=SET_UP)
        agree_wishes(actor=ana, client=valued, contacts_a_year=12, said_on=TODAY)
        for n in range(30):
            contact = called(valued, NOW - timedelta(days=n + 1))
            promises.make(
                actor=ana, client=valued, what=f"Promesa {n}", due_at=NOW + timedelta(days=n + 1), made_in=contact
            )
        browser = sign_in(ana)
        with django_assert_max_num_queries(20):
            page_of(browser, valued)


@pytest.mark.parametrize(
    ("wishes", "asked", "refused"),
    [
        (Wishes(), "por cualquier canal", ""),
        (Wishes(channels=0), "que no le contactemos", ""),
        (Wishes(channels=int(Channels.LETTER)), "carta", ""),
        (Wishes(channels=int(Channels.ALL) - int(Channels.EMAIL) - int(Channels.LETTER)), "", "carta o correo"),
        (Wishes(days=0b0010010), "martes y viernes", ""),
        (Wishes(to_minute=720), "hasta las 12:00", ""),
        (Wishes(contacts_a_year=1), "1 contacto al año", ""),
        (Wishes(consent=int(Channels.ALL) - int(Channels.PHONE)), "", "llamada"),
    ],
)
def test_wishes_are_said_in_few_words(wishes, asked, refused):
    told = wishes_in_words(wishes, SPANISH)
    assert asked in told.asked
    assert refused in told.refused
