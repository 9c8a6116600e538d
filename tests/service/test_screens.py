"""Screens of service models: the list, a version, the editor, the trial, the switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cartera.clients.models import Client, Tier
from cartera.kernel.actor import Actor
from cartera.service import actions_on_models as versions
from cartera.service.actions import agree_wishes
from cartera.service.models import Agreement, ServiceModel, Trial
from cartera.service.queries_of_models import spec_of
from cartera.service.trial import cells_of, told
from tests.conftest import TODAY
from tests.desk.conftest import sign_in
from tests.service.conftest import Night
from tests.service.examples import CALL, MEETING, REVIEW, TWELVE_FOUR_TWO, nested

__all__ = ["sign_in"]

SignIn = Callable[[Actor], Browser]
MakeClient = Callable[..., Client]
SOON = TODAY + timedelta(days=30)


def typed(*rows: tuple[str, str, str, int | str, int | str, str], **values: object) -> dict[str, object]:
    """What the editor sends: (name, channel, purpose, minutes, times a year, within) for each contact."""
    fields = ("name", "channel", "purpose", "minutes", "times_a_year", "within")
    sent = {
        f"t-{place}-{field}": value for place, row in enumerate(rows) for field, value in zip(fields, row, strict=True)
    }
    return {"name": "Médicos", "tiers": ["B"], "why": "Lo pidieron", **sent, **values}


CALLS = ("Llamada", "phone", "touch", 15, 12, "")
REVIEWS = ("Revisión", "video", "review", 40, 4, "0")
MEETINGS = ("Reunión", "face_to_face", "review", 60, 2, "1")


@pytest.fixture
def draft(models: dict[str, ServiceModel], mara: Actor) -> ServiceModel:
    ten = nested((CALL, 10), (REVIEW, 4), (MEETING, 2))
    return versions.draft_model(actor=mara, key="12-4-2", name="10/4/2", tiers="A", touchpoints=ten)


@pytest.mark.row("S1")
class TestTheList:
    def test_says_what_each_model_promises_whom_it_serves_and_since_when(
        self, models: dict[str, ServiceModel], draft: ServiceModel, ana: Actor, sign_in: SignIn
    ):
        page = sign_in(ana).get("/modelos/").content.decode()
        assert "12 compromisos al año: 8 llamadas de 15" in page
        assert "Borrador v2" in page
        assert "1 de enero de 2020" in page
        assert "Nuevo modelo" not in page

    def test_is_empty_before_the_first_night(self, bank: object, mara: Actor, sign_in: SignIn):
        page = sign_in(mara).get("/modelos/").content.decode()
        assert "Todavía no hay modelos de servicio" in page
        assert "Escribir el primer modelo" in page

    def test_asks_as_many_queries_for_many_models_as_for_few(
        self, models: dict[str, ServiceModel], mara: Actor, ada: Actor, sign_in: SignIn
    ):
        browser = sign_in(mara)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                browser.get("/modelos/")
            return len(captured)

        queries()  # the institution is remembered from then on
        few = queries()
        for n in range(4):
            versions.draft_model(actor=ada, name=f"Modelo {n}", tiers="D", touchpoints=TWELVE_FOUR_TWO)
        assert queries() == few


@pytest.mark.row("S1", "S2")
class TestTheEditor:
    def test_writes_a_model_with_contacts_among_others(self, bank: object, mara: Actor, sign_in: SignIn):
        answer = sign_in(mara).post("/modelos/nuevo", typed(CALLS, REVIEWS, MEETINGS, for_new="on"))
        model = ServiceModel.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/modelos/{model.pk}")
        assert (model.name, model.tiers, model.for_new, model.why) == ("Médicos", "B", True, "Lo pidieron")
        assert (spec_of(model).contacts_a_year, spec_of(model).minutes_a_year) == (12, 8 * 15 + 2 * 40 + 2 * 60)

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ((CALLS, ("Revisión", "video", "review", 40, 20, "0")), "Hay 20 contactos dentro de"),
            ((CALLS, ("Llamada", "video", "review", 40, 2, "0")), "dale a cada contacto un nombre propio"),
            ((("", "phone", "touch", 15, 12, ""),), "con palabras que el cliente reconocería"),
            ((("Llamada", "phone", "touch", 0, 12, ""),), "Toma al menos un minuto"),
            ((("Llamada", "phone", "touch", 15, "", ""),), "¿Cuántas veces al año?"),
            ((("Uno", "phone", "touch", 15, 4, "1"), ("Dos", "phone", "touch", 15, 4, "0")), "dentro de sí mismo"),
            ((), "al menos un contacto"),
        ],
    )
    def test_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(
        self, bank: object, mara: Actor, sign_in: SignIn, rows: tuple[Any, ...], said: str
    ):
        answer = sign_in(mara).post("/modelos/nuevo", typed(*rows))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert 'value="Médicos"' in page
        assert all(f'value="{row[0]}"' in page for row in rows if row[0])
        assert not ServiceModel.objects.exists()

    def test_adds_a_contact_and_keeps_the_others(self, bank: object, mara: Actor, sign_in: SignIn):
        page = sign_in(mara).post("/modelos/nuevo", typed(CALLS, do="add")).content.decode()
        assert 'name="t-1-name"' in page
        assert 'value="Llamada"' in page
        assert "autofocus" in page
        assert not ServiceModel.objects.exists()

    def test_takes_one_out_and_lets_those_in_it_count_where_it_did(self, bank: object, mara: Actor, sign_in: SignIn):
        page = sign_in(mara).post("/modelos/nuevo", typed(CALLS, REVIEWS, MEETINGS, do="remove-1")).content.decode()
        assert 'value="Revisión"' not in page
        assert '<option value="0" selected>dentro de «Llamada»' in page

    def test_draws_the_year_of_what_is_typed(self, bank: object, mara: Actor, sign_in: SignIn):
        page = sign_in(mara).post("/modelos/dibujo", typed(CALLS, REVIEWS, MEETINGS)).content.decode()
        assert "8 llamadas de 15" in page
        assert page.count('class="num') == 12
        half = sign_in(mara).post("/modelos/dibujo", typed(CALLS, ("", "video", "review", "", 2, "0"))).content.decode()
        assert "12 llamadas de 15" in half

    def test_of_a_draft_that_somebody_saved_meanwhile_shows_it_and_then_saves(
        self, draft: ServiceModel, mara: Actor, ada: Actor, sign_in: SignIn
    ):
        browser, read = sign_in(mara), draft.version
        versions.change_draft(actor=ada, service_model=draft, name="De Ada")
        answer = browser.post(f"/modelos/{draft.pk}/editar", typed(CALLS, version=read))
        assert answer.status_code == 409
        assert "Ada Ruiz guardó este borrador" in answer.content.decode()
        latest = ServiceModel.objects.get(pk=draft.pk).version
        assert browser.post(f"/modelos/{draft.pk}/editar", typed(CALLS, version=latest)).status_code == 302
        assert ServiceModel.objects.get(pk=draft.pk).name == "Médicos"

    def test_of_what_is_in_force_leads_to_its_page(self, models: dict[str, ServiceModel], mara: Actor, sign_in: SignIn):
        pk = models["1"].pk
        assert sign_in(mara).get(f"/modelos/{pk}/editar").url == f"/modelos/{pk}"

    def test_begins_the_next_version_from_the_one_there_is(
        self, models: dict[str, ServiceModel], mara: Actor, sign_in: SignIn
    ):
        browser = sign_in(mara)
        first = browser.post(f"/modelos/{models['6-2-1'].pk}/siguiente").url
        assert browser.post(f"/modelos/{models['6-2-1'].pk}/siguiente").url == first
        begun = ServiceModel.objects.get(key="6-2-1", number=2)
        assert spec_of(begun) == spec_of(models["6-2-1"])


@pytest.mark.row("S1")
class TestTryingIt:
    def test_tells_what_it_asks_of_each_adviser_beside_today_and_the_hours_there_are(
        self, draft: ServiceModel, night: Night, make_client: MakeClient, mara: Actor, sign_in: SignIn
    ):
        for _n in range(3):
            make_client(tier=Tier.A)
        night()
        browser = sign_in(mara)
        browser.post(f"/modelos/{draft.pk}/prueba")
        page = browser.get(f"/modelos/{draft.pk}").content.decode()
        found = told(actor=mara, cells=Trial.objects.get().cells, day=TODAY)
        assert (found.all.now.contacts, found.all.then.contacts) == (36, 30)
        assert (found.all.now.minutes, found.all.then.minutes) == (3 * 320, 3 * 290)
        assert [person.staff.key for person in found.people] == ["ana"]
        assert 1_800 * 60 < found.people[0].available < 2_100 * 60
        assert "Todos tienen las horas" in page

    def test_names_who_would_go_over(
        self, models: dict[str, ServiceModel], night: Night, make_client: MakeClient, mara: Actor, sign_in: SignIn
    ):
        for _n in range(12):
            make_client(tier=Tier.A)
        night()
        daily = nested((MEETING, 200))
        much = versions.draft_model(actor=mara, key="12-4-2", name="Diario", tiers="A", touchpoints=daily)
        browser = sign_in(mara)
        browser.post(f"/modelos/{much.pk}/prueba")
        assert (
            "Ana Andrade habría prometido más que las horas que hay"
            in browser.get(f"/modelos/{much.pk}").content.decode()
        )

    def test_leaves_those_on_their_own_plan_as_they_are(
        self, draft: ServiceModel, night: Night, make_client: MakeClient, ana: Actor, mara: Actor
    ):
        client = make_client(tier=Tier.A)
        night()
        agree_wishes(actor=ana, client=client, contacts_a_year=3, said_on=TODAY)
        found = told(actor=mara, cells=cells_of(draft, SOON), day=SOON)
        assert (found.all.own_plans, found.all.now.contacts, found.all.then.contacts) == (1, 3, 3)

    def test_agrees_with_what_the_night_then_promises(
        self, draft: ServiceModel, night: Night, make_client: MakeClient, ada: Actor
    ):
        for tier in (Tier.A, Tier.A, Tier.B, Tier.D):
            make_client(tier=tier)
        night()
        found = told(actor=ada, cells=cells_of(draft, TODAY), day=TODAY)
        versions.activate_model(actor=ada, service_model=draft, from_day=TODAY)
        night()
        agreed = Agreement.objects.open().values_list("contacts_a_year", "minutes_a_year")
        assert (found.all.then.contacts, found.all.then.minutes) == tuple(map(sum, zip(*agreed, strict=True)))

    def test_of_a_large_bank_is_left_to_a_worker_and_followed(
        self,
        draft: ServiceModel,
        mara: Actor,
        sign_in: SignIn,
        make_client: MakeClient,
        monkeypatch: pytest.MonkeyPatch,
        settings: Any,
    ):
        make_client(tier=Tier.A)
        monkeypatch.setattr("cartera.service.trial.AT_ONCE", 0)
        settings.CARTERA_JOBS = "off"
        browser = sign_in(mara)
        browser.post(f"/modelos/{draft.pk}/prueba")
        assert "Se está contando" in browser.get(f"/modelos/{draft.pk}/prueba").content.decode()
        settings.CARTERA_JOBS = "now"
        browser.post(f"/modelos/{draft.pk}/prueba")
        assert "Todos tienen las horas" in browser.get(f"/modelos/{draft.pk}/prueba").content.decode()

    def test_is_old_once_the_draft_was_changed(self, draft: ServiceModel, mara: Actor, sign_in: SignIn):
        browser = sign_in(mara)
        browser.post(f"/modelos/{draft.pk}/prueba")
        versions.change_draft(actor=mara, service_model=ServiceModel.objects.get(pk=draft.pk), name="Otro")
        assert "El borrador cambió después" in browser.get(f"/modelos/{draft.pk}").content.decode()


@pytest.mark.row("S1")
class TestTheSwitch:
    def test_is_made_from_a_day_and_undone_from_its_toast(self, draft: ServiceModel, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        answer = browser.post(
            f"/modelos/{draft.pk}/activar", {"from_day": SOON.isoformat(), "reason": "Acordado"}, follow=True
        )
        assert "rige desde el 16 de julio de 2026" in answer.content.decode()
        assert "Deshacer" in answer.content.decode()
        browser.post(f"/modelos/{draft.pk}/volver")
        assert ServiceModel.objects.get(pk=draft.pk).is_draft

    def test_on_a_day_that_has_passed_says_so_at_the_field(self, draft: ServiceModel, ada: Actor, sign_in: SignIn):
        answer = sign_in(ada).post(f"/modelos/{draft.pk}/activar", {"from_day": "2026-06-01"})
        assert answer.status_code == 422
        assert "Ese día ya pasó" in answer.content.decode()

    def test_is_for_whoever_administers(self, draft: ServiceModel, mara: Actor, sign_in: SignIn):
        page = sign_in(mara).get(f"/modelos/{draft.pk}").content.decode()
        assert "La activa quien administra la institución" in page

    def test_shows_what_changes_and_keeps_old_versions_readable(
        self, draft: ServiceModel, models: dict[str, ServiceModel], ada: Actor, sign_in: SignIn
    ):
        browser = sign_in(ada)
        assert "Qué cambia respecto de la versión 1" in browser.get(f"/modelos/{draft.pk}").content.decode()
        versions.activate_model(actor=ada, service_model=draft, from_day=TODAY)
        old = browser.get(f"/modelos/{models['12-4-2'].pk}").content.decode()
        assert "hasta el 16 de junio de 2026" in old
        assert "12 compromisos al año" in old

    def test_of_a_draft_that_takes_a_tier_from_another_says_so(
        self, models: dict[str, ServiceModel], ada: Actor, sign_in: SignIn
    ):
        other = versions.draft_model(actor=ada, name="Privada", tiers="A", touchpoints=TWELVE_FOUR_TWO)
        assert "El nivel A pasa a ella desde «12/4/2»" in sign_in(ada).get(f"/modelos/{other.pk}").content.decode()


@pytest.mark.row("S1")
def test_a_page_says_the_same_in_english(draft: ServiceModel, mara: Actor, sign_in: SignIn):
    browser = sign_in(mara)
    browser.cookies["django_language"] = "en"
    with translation.override("es"):  # a request leaves its language behind
        page = browser.get(f"/modelos/{draft.pk}").content.decode()
    assert "10 promises a year: 6 calls of 15" in page
