"""Screens of the API: one's own tokens, and the webhooks of the institution."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client as Browser

from cartera.api import actions_on_webhooks as webhooks
from cartera.api.actions import issue_own_token
from cartera.api.models import Delivery, Token, Webhook
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotPermitted
from cartera.team.models import Staff
from cartera.team.settings import MOST_TOKENS
from tests.api.conftest import Program

TOKENS, WEBHOOKS = "/cuenta/tokens", "/administracion/webhooks"
CORE: dict[str, Any] = {"label": "Core", "url": "https://core.example.com/", "kinds": ["promise.keep", "promise.make"]}


@pytest.fixture
def sign_in(settings: Any) -> Callable[[Actor], Browser]:
    settings.CARTERA_JOBS = "off"

    def of(actor: Actor) -> Browser:
        browser = Browser()
        browser.force_login(Staff.objects.get(pk=actor.id).sign_in)  # type: ignore[arg-type]
        return browser

    return of


@pytest.mark.row("Y6")
class TestOwnTokens:
    def test_a_new_one_is_shown_once_and_opens_what_it_may(self, ana: Actor, sign_in: Callable[[Actor], Browser]):
        browser = sign_in(ana)
        assert "Todavía no has entregado ningún token" in browser.get(TOKENS).content.decode()
        made = browser.post(TOKENS, {"label": "Excel", "scopes": ["clients:read"], "days": "30"})
        assert made["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        found = re.search(r"cartera_[\w-]+", made.content.decode())
        assert found
        assert Program(found.group()).get("/clients").status_code == 200
        assert Program(found.group()).get("/promises").status_code == 403
        again = browser.get(TOKENS).content.decode()
        assert "cartera_" not in again.replace("cartera_theme", "").replace("cartera_keys", "")
        assert "Excel" in again

    def test_what_is_wrong_is_said_and_what_was_typed_kept(self, ana: Actor, sign_in: Callable[[Actor], Browser]):
        page = sign_in(ana).post(TOKENS, {"label": "Excel", "days": "0"})
        assert page.status_code == 422
        assert 'value="Excel"' in page.content.decode()
        assert not Token.objects.exists()

    def test_is_revoked_by_its_owner_alone(self, ana: Actor, beto: Actor, sign_in: Callable[[Actor], Browser]):
        token = issue_own_token(actor=ana, label="Excel").token
        assert sign_in(beto).post(f"{TOKENS}/{token.pk}/revocar").status_code == 404
        assert sign_in(ana).post(f"{TOKENS}/{token.pk}/revocar").status_code == 302
        token.refresh_from_db()
        assert token.revoked_at is not None

    def test_are_no_more_than_somebody_can_know(self, ana: Actor):
        for number in range(MOST_TOKENS.default):
            issue_own_token(actor=ana, label=str(number))
        with pytest.raises(Invalid):
            issue_own_token(actor=ana, label="x")
        Token.objects.filter(label="0").update(expires_at=datetime.now(UTC))
        issue_own_token(actor=ana, label="x")

    def test_stand_for_somebody(self, bank: object):
        with pytest.raises(NotPermitted):
            issue_own_token(actor=Actor.system("nobody", "*"), label="x")

    def test_cost_the_same_for_few_and_many(
        self, ana: Actor, sign_in: Callable[[Actor], Browser], django_assert_max_num_queries: Any
    ):
        browser = sign_in(ana)
        for number in range(MOST_TOKENS.default):
            issue_own_token(actor=ana, label=str(number))
        with django_assert_max_num_queries(8):
            browser.get(TOKENS)


@pytest.mark.row("Y6")
class TestWebhooks:
    def test_begin_with_what_is_true(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        assert "Ningún otro sistema se entera todavía" in sign_in(ada).get(WEBHOOKS).content.decode()

    def test_are_added_tried_paused_resumed_and_changed(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        browser = sign_in(ada)
        made = browser.post(f"{WEBHOOKS}/nuevo", CORE)
        secret = re.search(r"whsec_[\w+/=]+", made.content.decode())
        assert secret
        webhook = Webhook.objects.get()
        page = f"{WEBHOOKS}/{webhook.pk}"
        assert "whsec_" not in browser.get(page).content.decode()
        assert browser.post(f"{page}/probar").status_code == 302
        delivery = Delivery.objects.get()
        told = browser.get(f"{page}/envios/{delivery.pk}").content.decode()
        assert delivery.message_id in told
        assert f'hx-get="{page}/envios/{delivery.pk}"' in told, "the answer to a trial appears by itself"
        assert browser.post(f"{page}/envios/{delivery.pk}/repetir").status_code == 302
        again = re.search(r"whsec_[\w+/=]+", browser.post(f"{page}/secreto").content.decode())
        assert again
        assert again.group() != secret.group()
        browser.post(f"{page}/pausar")
        assert Webhook.objects.get().state == Webhook.State.PAUSED
        browser.post(f"{page}/reanudar")
        browser.post(f"{page}/cambiar", {**CORE, "label": "Core 2", "version": str(Webhook.objects.get().version)})
        assert Webhook.objects.get().label == "Core 2"
        assert browser.get(f"{page}?estado=waiting").status_code == 200

    def test_an_address_of_our_own_network_is_refused_in_words(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        page = sign_in(ada).post(f"{WEBHOOKS}/nuevo", {**CORE, "url": "http://10.0.0.1/"})
        assert page.status_code == 422
        assert "Solo https" in page.content.decode()
        assert not Webhook.objects.exists()

    def test_a_change_that_crosses_another_shows_it_and_keeps_what_was_typed(
        self, ada: Actor, sign_in: Callable[[Actor], Browser]
    ):
        webhook = webhooks.add_webhook(actor=ada, **CORE).webhook
        before = webhook.version
        webhooks.change_webhook(actor=ada, webhook=webhook, **{**CORE, "label": "Theirs"})
        page = f"{WEBHOOKS}/{webhook.pk}/cambiar"
        crossed = sign_in(ada).post(page, {**CORE, "label": "Mine", "version": str(before)})
        assert crossed.status_code == 409
        text = crossed.content.decode()
        assert "Theirs" in text
        assert 'value="Mine"' in text
        assert f'name="version" value="{webhook.version}"' in text

    def test_of_another_webhook_no_delivery_is_shown(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        one, two = (webhooks.add_webhook(actor=ada, **CORE).webhook for _ in range(2))
        delivery = webhooks.try_webhook(actor=ada, webhook=one)
        assert sign_in(ada).get(f"{WEBHOOKS}/{two.pk}/envios/{delivery.pk}").status_code == 404

    @pytest.mark.parametrize("path", [WEBHOOKS, f"{WEBHOOKS}/{{}}"])
    def test_cost_the_same_for_few_and_many(
        self, ada: Actor, sign_in: Callable[[Actor], Browser], django_assert_max_num_queries: Any, path: str
    ):
        for _ in range(5):
            webhook = webhooks.add_webhook(actor=ada, **CORE).webhook
        for _ in range(5):
            webhooks.try_webhook(actor=ada, webhook=webhook)
        browser = sign_in(ada)
        browser.get(path.format(webhook.pk))
        with django_assert_max_num_queries(13):
            browser.get(path.format(webhook.pk))
