"""The frame around the screens, the gate before them, and the pages for when something is wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db.models import F
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from cartera.clock import queries as clock
from cartera.clock.models import Institution
from cartera.desk.context import PLACES, nav_for
from cartera.kernel.actor import Actor
from cartera.kernel.errors import TooLate
from cartera.team.models import GateTries, Role, SignIn, Staff
from tests.conftest import TODAY, Bank, hired

pytestmark = [pytest.mark.urls("tests.desk.addresses")]
PASSWORD = "paramo-2026"


@pytest.fixture
def browser(client: Client, ana_staff: Staff) -> Client:
    """Ana, signed in."""
    assert client.login(username="ana", password=PASSWORD)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestMenu:
    def test_an_adviser_sees_the_day_and_the_clients(self, ana: Actor):
        assert [item.label for item in menu(ana)] == ["Mi día", "Clientes"]

    def test_a_manager_sees_the_team_too(self, mara: Actor):
        assert [item.label for item in menu(mara)] == ["Mi día", "Clientes", "Mi equipo"]

    def test_an_agent_looks_for_clients_and_has_no_plan(self, gina: Actor):
        assert [item.label for item in menu(gina)] == ["Clientes"]

    def test_what_is_not_installed_is_not_offered(self, ada: Actor):
        assert len(menu(ada)) == len(PLACES) - 2  # these addresses have neither imports nor nights

    def test_a_client_s_page_counts_as_being_among_clients(self, ana: Actor):
        assert [item.current for item in menu(ana, "desk:client")] == [False, True]


def menu(actor: Actor, here: str = "") -> tuple[object, ...]:
    with translation.override("es"):
        return nav_for(actor, here, {})


class TestFrame:
    def test_says_where_who_and_in_which_language(self, browser: Client):
        found = page(browser, "/mi-dia")
        assert '<html lang="es"' in found
        assert "Banco Páramo" in found
        assert "Ana Andrade" in found
        assert re.search(r'href="/mi-dia" aria-current="page"', found)
        assert 'href="#content"' in found

    def test_the_theme_is_drawn_by_the_server(self, browser: Client):
        browser.cookies["cartera_theme"] = "dark"
        assert 'data-bs-theme="dark"' in page(browser, "/mi-dia")

    def test_a_forged_theme_is_ignored(self, browser: Client):
        browser.cookies["cartera_theme"] = '"><script>'
        assert 'data-bs-theme="light"' in page(browser, "/mi-dia")

    def test_a_demonstration_says_its_date(self, browser: Client, bank: Bank):
        Institution.objects.filter(pk=1).update(pinned_date=TODAY)
        clock.forget()
        assert "aquí siempre es el 16 de junio de 2026" in page(browser, "/mi-dia")

    def test_a_real_day_needs_no_banner(self, browser: Client):
        assert "c-pinned" not in page(browser, "/mi-dia")

    def test_the_policy_holds(self, browser: Client):
        policy = browser.get("/mi-dia")["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy

    def test_the_frame_costs_few_queries(self, browser: Client, django_assert_max_num_queries):
        page(browser, "/mi-dia")
        with django_assert_max_num_queries(4):
            page(browser, "/mi-dia")

    def test_speaks_english(self, browser: Client):
        browser.post("/idioma/setlang/", {"language": "en", "next": "/mi-dia"})
        assert "My day" in page(browser, "/mi-dia")


class TestComponents:
    def test_an_administrator_sees_them_all(self, client: Client, bank: Bank):
        hired("ada", "Ada Ruiz", Role.ADMIN, bank.root)
        client.login(username="ada", password=PASSWORD)
        assert "Componentes y estados" in page(client, "/componentes")

    def test_nobody_else_does(self, browser: Client):
        assert browser.get("/componentes").status_code == 404


def wrong_password(client: Client, user: str = "ana") -> str:
    return client.post("/ingreso", {"username": user, "password": "no es"}).content.decode()


def _words(found: str) -> str:
    return re.sub(r"<[^>]*>", "", found)


def _pass_minutes(minutes: int) -> None:
    span = timedelta(minutes=minutes)
    GateTries.objects.update(first_at=F("first_at") - span, last_at=F("last_at") - span)


class TestGate:
    def test_lets_in_with_the_right_password(self, client: Client, ana_staff: Staff):
        answer = client.post("/ingreso", {"username": "ana", "password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/")

    def test_says_what_is_wrong_and_keeps_the_user(self, client: Client, ana_staff: Staff):
        found = client.post("/ingreso", {"username": "ana", "password": "no es"}).content.decode()
        assert "no coinciden" in found
        assert 'value="ana"' in found
        assert "no es" not in re.sub(r"<b>.*?</b>", "", found)
        assert "data-error-summary" in found

    def test_tells_how_many_tries_are_left_and_lets_nobody_in_after_ten(self, client: Client, ana_staff: Staff):
        told = [wrong_password(client) for _ in range(11)]
        assert "Te queda" not in told[5]
        assert "Te quedan 3 intentos; después tendrás que esperar 15 minutos." in told[6]
        assert "Te queda 1 intento;" in told[8]
        assert "Intenta otra vez en 15 minutos." in told[9]
        assert "Demasiadas contraseñas equivocadas." in told[10]
        assert "Escríbela otra vez" not in told[10]
        right = client.post("/ingreso", {"username": "Ana", "password": PASSWORD})
        assert "Demasiadas contraseñas equivocadas." in right.content.decode()

    def test_counts_by_user_and_place(self, client: Client, ana_staff: Staff):
        for _ in range(10):
            wrong_password(client)
        right = {"username": "ana", "password": PASSWORD}
        assert client.post("/ingreso", right, REMOTE_ADDR="10.0.0.2").status_code == 302
        assert "Demasiadas" not in wrong_password(client, user="nadie")

    def test_lets_in_again_a_quarter_of_an_hour_after_the_last_try(self, client: Client, ana_staff: Staff):
        for _ in range(11):
            wrong_password(client)
        for minutes, status in ((14, 200), (2, 302)):
            _pass_minutes(minutes)
            assert client.post("/ingreso", {"username": "ana", "password": PASSWORD}).status_code == status

    @pytest.mark.parametrize("forgotten", ["by time", "by signing in"])
    def test_counts_from_none_again(self, client: Client, ana_staff: Staff, forgotten: str):
        for _ in range(9):
            wrong_password(client)
        if forgotten == "by time":
            _pass_minutes(15)
        else:
            client.post("/ingreso", {"username": "ana", "password": PASSWORD})
            client.logout()
        assert "Te queda" not in wrong_password(client)

    def test_tells_the_same_of_who_does_not_work_here(self, client: Client, ana_staff: Staff):
        told = [{user: wrong_password(client, user=user) for user in ("ana", "nope")} for _ in range(11)]
        assert all(_words(both["ana"]) == _words(both["nope"]) for both in told)

    def test_says_it_in_english(self, client: Client, ana_staff: Staff):
        client.post("/idioma/setlang/", {"language": "en", "next": "/ingreso"})
        told = [wrong_password(client) for _ in range(11)]
        assert "You have 3 tries left; after that you will have to wait 15 minutes." in told[6]
        assert "Too many wrong passwords." in told[10]

    @pytest.mark.parametrize("email", ["ana@paramo.example", "nadie@paramo.example"])
    def test_sends_ten_links_in_a_quarter_of_an_hour_and_no_more(self, client: Client, ana_staff: Staff, email: str):
        answers = [client.post("/ingreso/clave", {"email": email}) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [200]
        assert "Intenta otra vez en 15 minutos." in answers[10].content.decode()
        assert len(mail.outbox) == (10 if email.startswith("ana") else 0)

    def test_refuses_who_no_longer_works_here(self, client: Client, ana_staff: Staff):
        Staff.objects.filter(pk=ana_staff.pk).update(active=False)
        found = client.post("/ingreso", {"username": "ana", "password": PASSWORD})
        assert "ya no está activo" in found.content.decode()

    def test_who_is_known_goes_on_and_who_left_meanwhile_does_not_go_in_circles(
        self, browser: Client, ana_staff: Staff
    ):
        assert browser.get("/ingreso")["Location"] == "/"
        Staff.objects.filter(pk=ana_staff.pk).update(active=False)
        assert browser.get("/ingreso").status_code == 200

    def test_lets_out_by_post_only(self, browser: Client):
        assert browser.get("/salir").status_code == 405
        assert browser.post("/salir").status_code == 302
        assert "_auth_user_id" not in browser.session

    def test_a_forgotten_password_is_changed_by_mail(self, client: Client, ana_staff: Staff):
        client.post("/ingreso/clave", {"email": "ana@paramo.example"})
        link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
        assert link is not None
        form = client.get(link[1], follow=True)
        address = form.redirect_chain[-1][0]
        answer = client.post(address, {"new_password1": "volcan-azul-88", "new_password2": "volcan-azul-88"})
        assert answer["Location"] == "/ingreso/clave/cambiada"
        assert client.login(username="ana", password="volcan-azul-88")

    def test_whoever_has_no_password_yet_sets_the_first_one_by_mail(self, client: Client, ana_staff: Staff):
        SignIn.objects.update(password=make_password(None))
        client.post("/ingreso/clave", {"email": "ana@paramo.example"})
        assert [message.to for message in mail.outbox] == [["ana@paramo.example"]]

    def test_a_link_works_once(self, client: Client, ana_staff: Staff):
        assert "Ese enlace ya no sirve" in page(client, "/ingreso/clave/MQ/no-es")

    def test_an_unknown_address_gets_the_same_answer_and_no_mail(self, client: Client, bank: Bank):
        answer = client.post("/ingreso/clave", {"email": "nadie@paramo.example"})
        assert (answer["Location"], mail.outbox) == ("/ingreso/clave/enviada", [])


class TestErrorPages:
    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
    def test_stand_without_request_or_database(self, name: str):
        with translation.override("es"):
            found = render_to_string(f"{name}.html")
        assert '<html lang="es"' in found
        assert 'href="/"' in found

    def test_a_refusal_is_told_in_its_own_words(self):
        with translation.override("es"):
            found = render_to_string("refused.html", {"error": TooLate("Ya pasó media hora.")})
        assert "Ya pasó media hora." in found
        assert "409" in found
