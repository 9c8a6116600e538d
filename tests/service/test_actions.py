"""Service models, wishes and choices, by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cartera.clients.models import Channel, Client, Tier, Wishes
from cartera.clients.models.contact import Channels
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service import actions
from cartera.service.models import Agreement, ServiceModel, Touchpoint
from tests.conftest import NOW, SET_UP, TODAY
from tests.service.conftest import Night
from tests.service.examples import CALL, REVIEW, TWELVE_FOUR_TWO, nested

MakeClient = Callable[..., Client]
Promised = Callable[[Client], list[Promise]]


@pytest.mark.row("S1", "S2")
class TestServiceModels:
    def test_built_in_are_founded_once(self, models: dict[str, ServiceModel]):
        assert set(models) == {"12-4-2", "6-2-1", "4-1", "1"}
        assert models["12-4-2"].for_new
        assert actions.found_models(actor=SET_UP) == []

    def test_twelve_four_two_is_nested_and_its_meetings_take_an_hour(self, models: dict[str, ServiceModel]):
        meeting = Touchpoint.objects.get(model=models["12-4-2"], channel=Channel.FACE_TO_FACE)
        assert (meeting.times_a_year, meeting.minutes) == (2, 60)
        assert meeting.parent is not None
        assert meeting.parent.times_a_year == 4
        assert meeting.parent.parent is not None
        assert meeting.parent.parent.times_a_year == 12

    def test_that_nest_more_than_they_hold_are_refused_in_words(self, bank: object):
        with pytest.raises(Invalid) as refusal:
            actions.add_model(actor=SET_UP, key="x", name="X", touchpoints=nested((CALL, 4), (REVIEW, 5)))
        [words] = refusal.value.fields["touchpoints"]
        assert "5" in str(words)
        assert "Call" in str(words)
        assert not ServiceModel.objects.exists()

    def test_are_changed_by_no_adviser(self, ana: Actor):
        with pytest.raises(NotPermitted):
            actions.add_model(actor=ana, key="x", name="X", touchpoints=TWELVE_FOUR_TWO)


@pytest.mark.row("S3")
class TestAgreeingWishes:
    def test_plans_the_year_again_at_once(self, night: Night, make_client: MakeClient, promised: Promised, ana: Actor):
        client = make_client(tier=Tier.A)
        night()
        before = {promise.pk for promise in promised(client)}
        actions.agree_wishes(
            actor=ana,
            client=client,
            contacts_a_year=8,
            channels=int(Channels.PHONE | Channels.MESSAGE),
            words="Nada por correo",
        )
        assert [promise.channel for promise in promised(client)] == [Channel.PHONE] * 8
        assert set(Promise.objects.filter(pk__in=before).values_list("state", flat=True)) == {State.WITHDRAWN}
        agreement = Agreement.objects.open().get(client=client)
        assert (agreement.basis, agreement.from_day) == (Agreement.Basis.WISHES, TODAY)

    def test_calls_nobody_on_the_day_of_the_talk(
        self, make_client: MakeClient, promised: Promised, ana: Actor, models: object
    ):
        for contacts in (1, 2, 12):
            client = make_client(tier=Tier.A)
            actions.agree_wishes(actor=ana, client=client, contacts_a_year=contacts)
            half_an_interval = timedelta(days=365 / contacts / 2)
            assert abs(promised(client)[0].due_at - NOW - half_an_interval) < timedelta(days=6)

    def test_leaves_nothing_for_the_night_to_do(self, night: Night, make_client: MakeClient, ana: Actor):
        client = make_client(tier=Tier.A)
        night()
        actions.agree_wishes(actor=ana, client=client, contacts_a_year=1)
        assert night().changed == 0

    def test_keeps_what_was_kept_and_what_is_behind(
        self, night: Night, make_client: MakeClient, ana: Actor, at: Callable[..., None]
    ):
        client = make_client(tier=Tier.A)
        night()
        first, second, *_rest = Promise.objects.filter(client=client).order_by("due_at")
        promises.keep(actor=ana, promise=first)
        at(second.due_at + timedelta(days=1))
        actions.agree_wishes(actor=ana, client=client, contacts_a_year=2)
        states = Counter(Promise.objects.filter(client=client).values_list("state", flat=True))
        assert states == {State.KEPT: 1, State.WITHDRAWN: 10, State.PROMISED: 1 + 2}

    def test_says_who_did_it_and_what_followed(self, night: Night, make_client: MakeClient, ana: Actor):
        client = make_client(tier=Tier.D)
        night()
        actions.agree_wishes(actor=ana, client=client, contacts_a_year=2, words="Dos llamadas")
        told = Happening.objects.get(name="wish.agree")
        assert told.actor_name == ana.name
        followed = Counter(told.consequences.values_list("name", flat=True))
        assert followed == {"wish.record": 1, "promise.withdraw": 1, "promise.make": 2}

    def test_seals_the_clients_own_words(self, night: Night, make_client: MakeClient, ana: Actor):
        actions.agree_wishes(actor=ana, client=make_client(), words="solo por las mañanas")
        assert "mañanas" not in str(list(Happening.objects.values_list("facts", flat=True)))

    def test_with_a_preferred_channel_that_is_refused_is_invalid(
        self, models: object, make_client: MakeClient, ana: Actor
    ):
        with pytest.raises(Invalid):
            actions.agree_wishes(actor=ana, client=make_client(), channels=int(Channels.PHONE), preferred=Channel.EMAIL)
        assert not Wishes.objects.exists()

    def test_of_another_branchs_client_is_not_found(self, models: object, make_client: MakeClient, beto: Actor):
        with pytest.raises(NotFound):
            actions.agree_wishes(actor=beto, client=make_client(), contacts_a_year=1)

    def test_ends_being_new(self, night: Night, make_client: MakeClient, ana: Actor, promised: Promised):
        client = make_client(tier=Tier.D, since=date(2026, 6, 1))
        night()
        assert len(promised(client)) == 12
        actions.agree_wishes(actor=ana, client=client)
        assert len(promised(client)) == 1
        assert Agreement.objects.open().get(client=client).basis == Agreement.Basis.TIER


@pytest.mark.row("S1", "S6")
class TestChangingTheModel:
    def test_puts_the_client_on_it_and_the_night_leaves_it_there(
        self, night: Night, make_client: MakeClient, promised: Promised, mara: Actor, models: dict[str, ServiceModel]
    ):
        client = make_client(tier=Tier.D)
        night()
        agreement = actions.change_model(actor=mara, client=client, model=models["6-2-1"], reason="Hermana de un A")
        assert agreement.basis == Agreement.Basis.CHOSEN
        assert len(promised(client)) == 6
        assert night().changed == 0
        assert night(TODAY + timedelta(days=20)).summary["agreements"] == 0

    def test_lasts_a_year(self, night: Night, make_client: MakeClient, mara: Actor, models: dict[str, ServiceModel]):
        client = make_client(tier=Tier.D)
        actions.change_model(actor=mara, client=client, model=models["6-2-1"], reason="Un año de prueba")
        night(TODAY + timedelta(days=340))
        assert Agreement.objects.open().get(client=client).model == models["1"]

    def test_is_what_wishes_then_change(
        self, make_client: MakeClient, promised: Promised, mara: Actor, ana: Actor, models: dict[str, ServiceModel]
    ):
        client = make_client(tier=Tier.D)
        actions.change_model(actor=mara, client=client, model=models["12-4-2"], reason="")
        actions.agree_wishes(actor=ana, client=client, contacts_a_year=2)
        assert [promise.channel for promise in promised(client)] == [Channel.FACE_TO_FACE] * 2
        assert Agreement.objects.open().get(client=client).model == models["12-4-2"]

    def test_is_not_an_advisers_to_do(self, make_client: MakeClient, ana: Actor, models: dict[str, ServiceModel]):
        with pytest.raises(NotPermitted):
            actions.change_model(actor=ana, client=make_client(), model=models["12-4-2"], reason="")

    def test_promises_nothing_that_is_due_already(
        self, make_client: MakeClient, promised: Promised, mara: Actor, models: dict[str, ServiceModel]
    ):
        client = make_client()
        actions.change_model(actor=mara, client=client, model=models["12-4-2"], reason="")
        assert len(promised(client)) == 12
        assert all(promise.due_at > NOW for promise in promised(client))
