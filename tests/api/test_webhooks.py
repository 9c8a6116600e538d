"""Other systems hear of what happens: signed, at least once, never of what was undone in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from cartera.api import actions_of_delivery as post
from cartera.api import actions_on_webhooks as webhooks
from cartera.api import jobs, messages
from cartera.api.kinds import KINDS
from cartera.api.models import Attempt, Delivery, Webhook, WebhookSecret
from cartera.clients.models import Client
from cartera.interactions.actions import register
from cartera.kernel.actions import ACTIONS
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import WINDOW, undo
from cartera.promises import actions as promises
from tests.api.receiver import Receiver, listening
from tests.conftest import NOW

LATER = WINDOW + post.MARGIN + timedelta(seconds=1)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.CARTERA_WEBHOOKS_TO_PRIVATE = True
    with listening() as found:
        yield found


@pytest.fixture
def shown(ada: Actor, receiver: Receiver) -> webhooks.Shown:
    kinds = [
        "client.correct",
        "interaction.register",
        "promise.keep",
        "promise.make",
        "promise.withdraw",
        "tier.set_policy",
    ]
    return webhooks.add_webhook(actor=ada, label="Core", url=receiver.url, kinds=kinds)


def go_round(after: timedelta = LATER) -> None:
    """One round of the postman, so long after now."""
    for webhook in Webhook.objects.all():
        now = datetime.now(UTC) + after
        post.hand_out(webhook=webhook, now=now)
        for delivery in post.due(webhook=webhook, now=now):
            if not post.attempt(delivery=delivery, now=now):
                break


def promised(ana: Actor, rosa: Client, what: str = "Llamar") -> Any:
    return promises.make(actor=ana, client=rosa, what=what, due_at=NOW + timedelta(days=3))


@pytest.mark.row("Y6")
class TestDelivering:
    def test_what_happened_arrives_signed_with_ids_and_no_names(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        promise = promised(ana, rosa, "Propuesta para Rosa")
        go_round()
        ((headers, body),) = receiver.heard
        told: Any = Verifier(shown.secret).verify(body, headers)
        assert told["type"] == "promise.make"
        assert told["data"]["subject"] == {
            "kind": "promise",
            "id": promise.pk,
            "address": f"/api/v1/promises/{promise.pk}",
        }
        assert told["data"]["client"] == rosa.pk
        assert told["data"]["actor"] == {"kind": "staff", "id": ana.id}
        for name in (b"Rosa", b"Cordero", b"Propuesta", b"0102334456", b"Ana"):
            assert name not in body
        assert Delivery.objects.get().state == Delivery.State.DELIVERED
        go_round()
        assert len(receiver.heard) == 1

    def test_by_another_secret_it_is_not_ours(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        promised(ana, rosa)
        go_round()
        ((headers, body),) = receiver.heard
        with pytest.raises(WebhookVerificationError):
            Verifier(messages.new_secret()).verify(body, headers)

    def test_what_can_be_undone_waits_until_it_cannot(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        promised(ana, rosa)
        go_round(timedelta(0))
        assert receiver.heard == []
        assert Delivery.objects.get().state == Delivery.State.WAITING
        go_round()
        assert len(receiver.heard) == 1

    def test_what_cannot_be_undone_leaves_at_once(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        from cartera.clients.actions.registration import correct_client  # noqa: PLC0415

        correct_client(actor=ana, client=rosa, sector="Salud")
        go_round(timedelta(0))
        assert [json.loads(body)["type"] for _, body in receiver.heard] == ["client.correct"]

    @pytest.mark.parametrize("seen_before", [True, False])
    def test_what_was_undone_never_leaves_nor_does_its_undo(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver, seen_before: bool
    ):
        promise = promised(ana, rosa)
        if seen_before:
            go_round(timedelta(0))
        undo(actor=ana, happening_id=promise.happening.pk)
        go_round()
        assert receiver.heard == []
        assert set(Delivery.objects.values_list("kind", "state")) == {("promise.make", Delivery.State.UNDONE)}

    def test_what_happened_because_of_it_waits_and_is_undone_with_it(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        contact = promises.record_contact(actor=ana, client=rosa, channel="phone", minutes=5)
        undo(actor=ana, happening_id=contact.happening.pk)  # type: ignore[attr-defined]
        go_round()
        assert receiver.heard == []

    def test_only_kinds_that_were_asked_for_and_only_from_then_on(
        self, ana: Actor, ada: Actor, rosa: Client, receiver: Receiver
    ):
        promised(ana, rosa, "before")
        webhooks.add_webhook(actor=ada, label="Core", url=receiver.url, kinds=["promise.make"])
        register(actor=ana, client=rosa, channel="phone")
        promised(ana, rosa, "after")
        go_round()
        assert [json.loads(body)["type"] for _, body in receiver.heard] == ["promise.make"]

    def test_goes_on_from_what_settled_and_finds_who_came_late(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        """A transaction that began earlier may end later: a happening with a smaller number is found after a larger one."""
        first = promised(ana, rosa, "one").happening
        promised(ana, rosa, "two")
        webhook = shown.webhook
        Delivery.objects.bulk_create([])
        post.hand_out(webhook=webhook, now=datetime.now(UTC))
        Delivery.objects.filter(happening=first).delete()
        webhook.refresh_from_db()
        post.hand_out(webhook=webhook, now=datetime.now(UTC))
        assert Delivery.objects.filter(happening=first).exists()
        post.hand_out(webhook=webhook, now=datetime.now(UTC) + post.SETTLED + timedelta(minutes=1))
        webhook.refresh_from_db()
        assert webhook.after_id == Happening.objects.latest("id").pk

    def test_the_job_hands_out_and_sends(self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver):
        from cartera.clients.actions.registration import correct_client  # noqa: PLC0415

        correct_client(actor=ana, client=rosa, sector="Salud")
        assert jobs.sweep() == 1
        assert jobs.sweep() == 0


@pytest.mark.row("Y6")
class TestFailing:
    def test_is_tried_again_with_longer_pauses_and_delivered_in_the_end(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        receiver.answers = [500, 503, 204]
        promised(ana, rosa)
        go_round()
        go_round()
        assert len(receiver.heard) == 1, "it waits a minute before the second attempt"
        go_round(LATER + timedelta(minutes=2))
        go_round(LATER + timedelta(minutes=20))
        assert list(Attempt.objects.order_by("id").values_list("status", flat=True)) == [500, 503, 204]
        assert {headers["webhook-id"] for headers, _ in receiver.heard} == {Delivery.objects.get().message_id}
        assert Delivery.objects.get().state == Delivery.State.DELIVERED

    def test_a_system_that_does_not_listen_is_asked_once_a_round(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        receiver.answers = [500]
        for what in "abc":
            promised(ana, rosa, what)
        go_round()
        assert len(receiver.heard) == 1

    def test_a_redirect_is_no_delivery_and_is_not_followed(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        receiver.answers, receiver.headers = [302], {"Location": receiver.url}
        promised(ana, rosa)
        go_round()
        assert len(receiver.heard) == 1
        assert Delivery.objects.get().state == Delivery.State.WAITING

    def test_after_days_it_is_given_up_disabled_and_the_administrators_are_told(
        self, ada: Actor, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        receiver.answers = [500]
        promised(ana, rosa)
        after = LATER
        for pause in (*messages.PAUSES, timedelta(0)):
            go_round(after)
            after += pause + timedelta(minutes=1)
        assert Delivery.objects.get().state == Delivery.State.FAILED
        assert len(receiver.heard) == len(messages.PAUSES) + 1
        webhook = Webhook.objects.get()
        assert webhook.state == Webhook.State.DISABLED
        assert webhook.why_disabled
        assert mail.outbox[0].to == ["ada@paramo.example"]
        assert Happening.objects.filter(name="webhook.disable", actor_name="webhooks").exists()
        assert sum(messages.PAUSES, timedelta()) > timedelta(days=3)

    def test_what_happens_while_it_is_disabled_is_sent_when_it_is_resumed(
        self, ada: Actor, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        webhook = webhooks.disable_webhook(actor=post.POSTMAN, webhook=shown.webhook, why="test")
        promised(ana, rosa)
        go_round()
        assert receiver.heard == []
        webhooks.resume_webhook(actor=ada, webhook=webhook)
        go_round()
        assert len(receiver.heard) == 1

    def test_gone_is_the_end(self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver):
        receiver.answers = [410]
        promised(ana, rosa)
        go_round()
        assert Webhook.objects.get().state == Webhook.State.DISABLED

    def test_nobody_there_is_written_down(self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver):
        Webhook.objects.update(url="http://127.0.0.1:9/")
        promised(ana, rosa)
        go_round()
        tried = Attempt.objects.get()
        assert tried.status is None
        assert "refused" in tried.error.lower()

    def test_a_private_address_is_not_asked(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver, settings: Any
    ):
        """The name may have stood for another address when it was typed."""
        settings.CARTERA_WEBHOOKS_TO_PRIVATE = False
        Webhook.objects.update(url="https://localhost/")
        promised(ana, rosa)
        go_round()
        assert receiver.heard == []
        assert Attempt.objects.get().error


@pytest.mark.row("Y6")
class TestAdministering:
    def test_a_secret_is_kept_sealed_and_replaced_with_an_overlap(
        self, ada: Actor, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        assert shown.secret.startswith("whsec_")
        assert shown.secret.encode() not in bytes(WebhookSecret.objects.get().sealed)
        assert shown.secret not in repr(shown)
        second = webhooks.rotate_secret(actor=ada, webhook=shown.webhook)
        promised(ana, rosa)
        go_round()
        headers, body = receiver.heard[0]
        for secret in (shown.secret, second.secret):
            Verifier(secret).verify(body, headers)
        WebhookSecret.objects.filter(until__isnull=False).update(until=datetime.now(UTC))
        promised(ana, rosa)
        go_round()
        headers, body = receiver.heard[1]
        Verifier(second.secret).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Verifier(shown.secret).verify(body, headers)

    def test_without_the_secret_of_the_installation_nothing_is_signed(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver, settings: Any
    ):
        settings.SECRET_KEY = "another"
        promised(ana, rosa)
        go_round()
        assert receiver.heard == []
        assert Attempt.objects.get().error

    def test_a_message_is_sent_again_under_its_id(
        self,
        ada: Actor,
        ana: Actor,
        rosa: Client,
        shown: webhooks.Shown,
        receiver: Receiver,
        django_capture_on_commit_callbacks: Any,
    ):
        promised(ana, rosa)
        go_round()
        delivery = Delivery.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            webhooks.replay(actor=ada, webhook=shown.webhook, delivery=delivery)
        assert len(receiver.heard) == 2
        assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
        assert len({body for _, body in receiver.heard}) == 1
        assert delivery.tries.count() == 2

    def test_a_trial_is_sent_at_once(
        self, ada: Actor, shown: webhooks.Shown, receiver: Receiver, django_capture_on_commit_callbacks: Any
    ):
        with django_capture_on_commit_callbacks(execute=True):
            webhooks.try_webhook(actor=ada, webhook=shown.webhook)
        ((headers, body),) = receiver.heard
        assert Verifier(shown.secret).verify(body, headers)["type"] == "webhook.test"  # type: ignore[index]

    def test_while_it_is_paused_everything_waits(
        self, ada: Actor, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        webhook = webhooks.pause_webhook(actor=ada, webhook=shown.webhook)
        promised(ana, rosa)
        go_round()
        assert receiver.heard == []
        for refused in (webhooks.pause_webhook, webhooks.try_webhook):
            with pytest.raises(InvalidTransition):
                refused(actor=ada, webhook=webhook)
        webhooks.resume_webhook(actor=ada, webhook=webhook)
        go_round()
        assert len(receiver.heard) == 1

    @pytest.mark.parametrize(
        "url", ["http://core.example.com/", "ftp://core.example.com/", "https://", "https://u:p@core.example.com/", "x"]
    )
    def test_an_address_that_may_not_be_told_is_refused(self, ada: Actor, url: str):
        with pytest.raises(Invalid) as refused:
            webhooks.add_webhook(actor=ada, label="Core", url=url, kinds=["promise.make"])
        assert list(refused.value.fields) == ["url"]

    def test_a_kind_that_is_none_is_refused(self, ada: Actor):
        for kinds in (["promise.dance"], []):
            with pytest.raises(Invalid) as refused:
                webhooks.add_webhook(actor=ada, label="Core", url="https://core.example.com/", kinds=kinds)
            assert list(refused.value.fields) == ["kinds"]

    def test_is_no_advisers_to_do(self, ana: Actor):
        with pytest.raises(NotPermitted):
            webhooks.add_webhook(actor=ana, label="Core", url="https://core.example.com/", kinds=["promise.make"])

    def test_two_who_change_it_at_once_see_each_other(self, ada: Actor, shown: webhooks.Shown, receiver: Receiver):
        changed: dict[str, Any] = {"url": receiver.url, "kinds": ["promise.make"], "version": shown.webhook.version}
        webhook = webhooks.change_webhook(actor=ada, webhook=shown.webhook, label="one", **changed)
        with pytest.raises(Conflict):
            webhooks.change_webhook(actor=ada, webhook=webhook, label="two", **changed)

    def test_what_ended_is_forgotten_after_a_month(
        self, ana: Actor, rosa: Client, shown: webhooks.Shown, receiver: Receiver
    ):
        promised(ana, rosa)
        go_round()
        now = datetime.now(UTC) + LATER
        assert post.forget_old_deliveries(now=now + post.KEPT - timedelta(days=1)) == 0
        assert post.forget_old_deliveries(now=now + post.KEPT + timedelta(days=1)) == 1
        assert not Attempt.objects.exists()


@pytest.mark.row("Y6")
def test_every_kind_is_something_that_somebody_does():
    import cartera.intake.actions  # noqa: F401, PLC0415 - what workers load knows these actions

    for kind in KINDS:
        assert kind in ACTIONS, kind
