"""A link by which somebody comes in: signed, once, for a while, and telling nobody anything."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from cartera.kernel.actor import Actor
from cartera.team.actions.invitations import invite, withdraw_invitation
from cartera.team.actions.people import deactivate
from cartera.team.invitations import token_of
from cartera.team.models import Invitation, Role, SignIn, Staff
from tests.conftest import Bank, given, hired

CHOSEN = {"name": "Nora Paz", "username": "nora", "password": "lluvia-en-julio", "again": "lluvia-en-julio"}


@pytest.fixture
def nora(bank: Bank) -> Staff:
    return given(Staff, key="nora", name="Nora", role=Role.ADVISER, branch=bank.centro)  # type: ignore[no-any-return]


@pytest.fixture
def invitation(ada: Actor, nora: Staff) -> Invitation:
    return invite(actor=ada, staff=nora, email="nora@paramo.example")


def link(invitation: Invitation) -> str:
    return reverse("team:accept_invitation", args=[token_of(invitation)])


def gone(address: str) -> bytes:
    """What a link that is not good answers."""
    answer = Browser().get(address)
    assert answer.status_code == 404
    return re.sub(rb'value="[^"]*"', b"", answer.content)


@pytest.mark.row("Y15", "Y11")
class TestAccepting:
    def test_gives_a_name_a_user_and_a_password_and_comes_in(self, invitation: Invitation, nora: Staff):
        browser = Browser()
        assert browser.post(link(invitation), CHOSEN).status_code == 302
        staff = Staff.objects.select_related("sign_in").get(pk=nora.pk)
        assert (staff.name, staff.sign_in.username, staff.sign_in.email) == (  # type: ignore[union-attr]
            "Nora Paz",
            "nora",
            "nora@paramo.example",
        )
        assert browser.get("/clientes").status_code == 200

    def test_works_once(self, invitation: Invitation):
        Browser().post(link(invitation), CHOSEN)
        assert Browser().post(link(invitation), {**CHOSEN, "username": "otra"}).status_code == 404
        assert not SignIn.objects.filter(username="otra").exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("password", "corta"), ("again", "distinta-del-todo"), ("username", "ada"), ("username", "a b")],
    )
    def test_what_is_not_right_is_said_at_its_field_and_keeps_the_link(
        self, invitation: Invitation, field: str, value: str
    ):
        changed = {**CHOSEN, field: value} | ({"again": value} if field == "password" else {})
        answer = Browser().post(link(invitation), changed)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert answer.context["form"]["name"].value() == "Nora Paz"
        assert Browser().get(link(invitation)).status_code == 200


@pytest.mark.row("Y15", "Y11")
class TestALinkThatIsNotGood:
    def test_answers_the_same_whatever_the_reason(self, ada: Actor, invitation: Invitation, nora: Staff):
        made_up = gone("/invitacion/made-up")
        old = link(invitation)
        assert gone(f"{old}x") == made_up
        renewed = invite(actor=ada, staff=nora, email="nora@paramo.example")
        assert gone(old) == made_up
        current = link(renewed)
        withdraw_invitation(actor=ada, invitation=renewed)
        assert gone(current) == made_up

    def test_once_it_expired(self, invitation: Invitation):
        Invitation.objects.filter(pk=invitation.pk).update(
            sent_at=invitation.sent_at - timedelta(days=9), expires_at=invitation.sent_at - timedelta(seconds=1)
        )
        gone(link(invitation))

    def test_once_the_person_left(self, ada: Actor, invitation: Invitation, nora: Staff):
        deactivate(actor=ada, staff=nora)
        gone(link(invitation))

    def test_the_database_alone_does_not_make_one(self, invitation: Invitation, settings):
        settings.SECRET_KEY = "another"
        forged = link(invitation)
        settings.SECRET_KEY = "only-for-tests"
        gone(forged)


@pytest.mark.row("Y15")
class TestTheScreen:
    def test_hires_sends_and_shows_the_link(self, ada: Actor, bank: Bank, sign_in):
        browser = sign_in(ada)
        asked = {"name": "Nora", "role": "adviser", "branch": bank.centro.pk, "hour_cost": "26", "email": "n@p.example"}
        page = browser.post("/administracion/personas/nueva", asked, follow=True)
        staff = Staff.objects.get(name="Nora")
        address = link(Invitation.objects.get(staff=staff))
        assert staff.hour_cost_minor == 2600
        assert address in page.content.decode()
        (letter,) = mail.outbox
        assert letter.to == ["n@p.example"]
        assert address in letter.body

    def test_an_hour_that_nobody_prices_costs_that_of_the_role(self, ada: Actor, bank: Bank, sign_in):
        asked = {"name": "Nora", "role": "adviser", "branch": bank.centro.pk, "hour_cost": ""}
        assert sign_in(ada).post("/administracion/personas/nueva", asked).status_code == 302
        assert Staff.objects.get(name="Nora").hour_cost_minor == 0

    def test_without_mail_says_so_and_shows_the_link(self, ada: Actor, bank: Bank, sign_in, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        asked = {"name": "Nora", "role": "adviser", "branch": bank.centro.pk, "hour_cost": "0", "email": "n@p.example"}
        page = sign_in(ada).post("/administracion/personas/nueva", asked, follow=True)
        assert "El correo no salió" in page.content.decode()
        assert link(Invitation.objects.get()) in page.content.decode()

    def test_a_server_without_mail_never_says_that_it_went(
        self, ada: Actor, bank: Bank, sign_in, settings, tmp_path: Path
    ):
        settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = settings.MAIL_TO_FILES, tmp_path
        asked = {"name": "Nora", "role": "adviser", "branch": bank.centro.pk, "hour_cost": "0", "email": "n@p.example"}
        page = sign_in(ada).post("/administracion/personas/nueva", asked, follow=True).content.decode()
        assert "no envía correos" in page
        assert "salió a" not in page
        assert link(Invitation.objects.get()) in page

    def test_somebody_who_signs_in_is_not_invited(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("olga", "Olga", Role.ADVISER, bank.centro)
        assert (
            sign_in(ada).post(f"/administracion/personas/{staff.pk}/invitar", {"email": "o@p.example"}).status_code
            == 409
        )
        assert not mail.outbox
