"""Versions of a model: drafted, switched on from a day, put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cartera.clients.models import Client, Tier
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted
from cartera.kernel.undo import undo
from cartera.promises import actions as promise_actions
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import State
from cartera.service import actions, queries
from cartera.service import actions_on_models as versions
from cartera.service.models import Agreement, ServiceModel
from cartera.service.queries_of_models import models_by_key, spec_of
from cartera.service.rules import ModelSpec, Touch
from cartera.service.versions import Stage
from tests.conftest import NOW, TODAY
from tests.service.conftest import Night
from tests.service.examples import CALL, MEETING, REVIEW, nested

MakeClient = Callable[..., Client]
Promised = Callable[[Client], list[Promise]]
TEN = nested((CALL, 10), (REVIEW, 4), (MEETING, 2))
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def draft(models: dict[str, ServiceModel], mara: Actor) -> ServiceModel:
    """The second version of 12/4/2, with ten contacts."""
    return versions.draft_model(
        actor=mara, key="12-4-2", name="10/4/2", tiers="A", touchpoints=TEN, why="Menos llamadas"
    )


@pytest.mark.row("S1")
class TestADraft:
    def test_is_the_next_version_and_serves_nobody(self, draft: ServiceModel, night: Night, make_client: MakeClient):
        client = make_client(tier=Tier.A)
        night()
        assert (draft.number, draft.stage_on(TODAY)) == (2, Stage.DRAFT)
        assert Agreement.objects.get(client=client).model.number == 1

    def test_says_who_wrote_it_when_and_why(self, draft: ServiceModel):
        assert draft.drafted_by is not None
        assert (draft.drafted_by.key, draft.drafted_at, draft.why) == ("mara", NOW, "Menos llamadas")

    def test_there_is_one_of_a_model(self, draft: ServiceModel, mara: Actor):
        with pytest.raises(Invalid, match="ya tiene un borrador"):
            versions.draft_model(actor=mara, key="12-4-2", name="Otra", touchpoints=TEN)

    def test_of_a_new_model_has_a_key_of_its_name(self, models: dict[str, ServiceModel], mara: Actor):
        made = [versions.draft_model(actor=mara, name="Médicos y notarías", touchpoints=TEN) for _n in range(2)]
        assert [(model.key, model.number) for model in made] == [("medicos-y-notarias", 1), ("medicos-y-notarias-2", 1)]

    def test_is_changed_until_it_is_switched_on(self, draft: ServiceModel, mara: Actor, ada: Actor):
        changed = versions.change_draft(
            actor=mara, service_model=draft, touchpoints=nested((CALL, 9)), name="9", tiers="BA", version=draft.version
        )
        assert (spec_of(changed), changed.name, changed.tiers) == (nested((CALL, 9)), "9", "AB")
        versions.activate_model(actor=ada, service_model=changed, from_day=SOON)
        with pytest.raises(InvalidTransition):
            versions.change_draft(actor=mara, service_model=changed, name="8")

    def test_that_somebody_else_changed_is_a_conflict(self, draft: ServiceModel, mara: Actor):
        read = draft.version
        versions.change_draft(actor=mara, service_model=draft, name="Uno")
        with pytest.raises(Conflict):
            versions.change_draft(actor=mara, service_model=draft, name="Dos", version=read)

    @pytest.mark.parametrize(
        ("model", "said"),
        [
            (nested((CALL, 2), (REVIEW, 3)), "Hay 3 contactos"),
            (nested((CALL, 2), (Touch("Call", "video", "review", 40), 1)), "nombre propio"),
            (ModelSpec(()), "al menos un contacto"),
        ],
    )
    def test_that_could_not_be_kept_is_refused_in_words(self, bank: object, mara: Actor, model: ModelSpec, said: str):
        with pytest.raises(Invalid) as refused:
            versions.draft_model(actor=mara, name="Imposible", touchpoints=model)
        assert said in str(refused.value.fields["touchpoints"][0])
        assert not ServiceModel.objects.exists()

    @pytest.mark.parametrize(("values", "field"), [({"name": " "}, "name"), ({"tiers": "AX"}, "tiers")])
    def test_without_a_name_or_with_a_tier_that_is_none_is_refused(
        self, bank: object, mara: Actor, values: dict[str, str], field: str
    ):
        with pytest.raises(Invalid) as refused:
            versions.draft_model(actor=mara, touchpoints=TEN, **{"name": "Diez", **values})
        assert field in refused.value.fields

    def test_is_thrown_away(self, draft: ServiceModel, mara: Actor):
        versions.discard_draft(actor=mara, service_model=draft)
        assert not ServiceModel.objects.filter(number=2).exists()

    def test_is_no_advisers_to_write(self, bank: object, ana: Actor):
        with pytest.raises(NotPermitted):
            versions.draft_model(actor=ana, name="Mío", touchpoints=TEN)


@pytest.mark.row("S1")
class TestSwitchingOn:
    def test_lets_the_version_before_it_serve_until_then(
        self, draft: ServiceModel, ada: Actor, models: dict[str, ServiceModel]
    ):
        versions.activate_model(actor=ada, service_model=draft, from_day=SOON)
        old = ServiceModel.objects.get(pk=models["12-4-2"].pk)
        assert (old.active_until, draft.active_from, draft.active_until) == (SOON, SOON, None)
        assert old.stage_on(SOON - timedelta(days=1)) == Stage.IN_FORCE
        assert old.stage_on(SOON) == Stage.PAST

    def test_is_for_those_who_run_the_institution(self, draft: ServiceModel, mara: Actor):
        with pytest.raises(NotPermitted):
            versions.activate_model(actor=mara, service_model=draft, from_day=SOON)

    def test_on_a_day_that_has_passed_is_refused(self, draft: ServiceModel, ada: Actor):
        with pytest.raises(Invalid) as refused:
            versions.activate_model(actor=ada, service_model=draft, from_day=TODAY - timedelta(days=1))
        assert "from_day" in refused.value.fields

    def test_before_the_version_that_is_to_come_is_refused(self, draft: ServiceModel, ada: Actor):
        versions.activate_model(actor=ada, service_model=draft, from_day=SOON)
        third = versions.draft_model(actor=ada, key="12-4-2", name="9", tiers="A", touchpoints=nested((CALL, 9)))
        with pytest.raises(Invalid) as refused:
            versions.activate_model(actor=ada, service_model=third, from_day=SOON)
        assert "La versión 2 empieza" in str(refused.value.fields["from_day"][0])

    def test_of_what_serves_nobody_is_refused(self, bank: object, ada: Actor):
        idle = versions.draft_model(actor=ada, name="De nadie", touchpoints=TEN)
        with pytest.raises(Invalid) as refused:
            versions.activate_model(actor=ada, service_model=idle, from_day=SOON)
        assert "tiers" in refused.value.fields

    def test_takes_a_tier_from_the_model_that_had_it(
        self, models: dict[str, ServiceModel], ada: Actor, night: Night, make_client: MakeClient
    ):
        client = make_client(tier=Tier.A)
        other = versions.draft_model(actor=ada, name="Privada", tiers="A", touchpoints=nested((MEETING, 6)))
        versions.activate_model(actor=ada, service_model=other, from_day=TODAY)
        night()
        assert Agreement.objects.get(client=client).model == other
        shown = {one.model.key: one.tiers for one in models_by_key(actor=ada)}
        assert (shown["privada"], shown["12-4-2"]) == ("A", "")


@pytest.fixture
def switched(draft: ServiceModel, ada: Actor, night: Night, make_client: MakeClient) -> Callable[..., Client]:
    """A client of tier A with a year on the first version, before the night in which the second takes over."""

    def make(**wishes: object) -> Client:
        client = make_client(tier=Tier.A)
        night()
        if wishes:
            actions.agree_wishes(actor=ada, client=client, said_on=TODAY, **wishes)
        versions.activate_model(actor=ada, service_model=draft, from_day=SOON)
        return client

    return make


def open_touches(client: Client) -> list[date]:
    rows = Promise.objects.open().filter(client=client, origin=Origin.MODEL).order_by("due_at")
    return [due.date() for due in rows.values_list("due_at", flat=True)]


@pytest.mark.row("S1", "S6")
class TestTheNightThatGoesOver:
    def test_replaces_what_is_not_due_yet_without_a_broken_or_a_double_one(
        self, switched: Callable[..., Client], night: Night, promised: Promised, at: Callable[..., None]
    ):
        client = switched()
        night(SOON - timedelta(days=1))
        assert Agreement.objects.open().get(client=client).model.number == 1
        at(NOW + timedelta(days=30))
        before = Promise.objects.filter(client=client, state=State.BROKEN).count()
        night(SOON)
        agreement = Agreement.objects.open().get(client=client)
        assert (agreement.model.number, agreement.contacts_a_year, agreement.from_day) == (2, 10, SOON)
        ours = [promise for promise in promised(client) if promise.origin_key.startswith(f"model:{agreement.pk}:")]
        assert len(ours) == 10
        assert Promise.objects.filter(client=client, state=State.BROKEN).count() == before
        still_open = [promise for promise in promised(client) if promise not in ours]
        assert all(promise.due_at < ours[0].opens_at for promise in still_open)
        assert night(SOON).changed == 0

    def test_counts_a_contact_that_was_made_ahead_of_its_day(
        self, switched: Callable[..., Client], night: Night, promised: Promised, at: Callable[..., None], ana: Actor
    ):
        client = switched()
        at(NOW + timedelta(days=29))
        night(SOON - timedelta(days=1))
        ahead = next(promise for promise in promised(client) if promise.due_at.date() > SOON)
        promise_actions.keep(actor=ana, promise=ahead, at=NOW + timedelta(days=29))
        at(NOW + timedelta(days=30))
        night(SOON)
        windows = [
            (promise.opens_at, promise.latest_at) for promise in promised(client) if promise.due_at.date() > SOON
        ]
        assert len(windows) == 9
        assert not any(opens <= ahead.due_at <= latest for opens, latest in windows)
        year = queries.year_of(actor=ana, client=client)
        assert year is not None
        assert (year.account.done, year.account.to_come) == (1, 9)
        assert night(SOON).changed == 0

    def test_leaves_what_was_agreed_after_its_own_wishes_until_its_year_ends(
        self, switched: Callable[..., Client], night: Night, promised: Promised
    ):
        client = switched(contacts_a_year=3)
        before = open_touches(client)
        night(SOON)
        agreement = Agreement.objects.open().get(client=client)
        assert (agreement.model.number, agreement.basis) == (1, Agreement.Basis.WISHES)
        assert set(open_touches(client)) <= set(before)
        night(agreement.until_day - timedelta(days=20))
        assert Agreement.objects.open().get(client=client).model.number == 2

    def test_moves_an_agreement_that_promises_the_same_without_touching_its_promises(
        self, models: dict[str, ServiceModel], night: Night, make_client: MakeClient, ada: Actor
    ):
        client = make_client(tier=Tier.A)
        night()
        before = open_touches(client)
        same = versions.draft_model(
            actor=ada, key="12-4-2", name="12/4/2", tiers="A", touchpoints=spec_of(models["12-4-2"])
        )
        versions.activate_model(actor=ada, service_model=same, from_day=TODAY)
        night()
        assert Agreement.objects.get(client=client).model == same
        assert open_touches(client) == before


@pytest.mark.row("S1")
class TestPuttingBack:
    def test_before_its_day_makes_it_a_draft_again(
        self, draft: ServiceModel, ada: Actor, models: dict[str, ServiceModel]
    ):
        done = versions.activate_model(actor=ada, service_model=draft, from_day=SOON)
        undo(actor=ada, happening_id=done.happening.pk)  # type: ignore[attr-defined]
        assert ServiceModel.objects.get(pk=draft.pk).is_draft
        assert ServiceModel.objects.get(pk=models["12-4-2"].pk).active_until is None

    def test_after_its_night_the_next_one_goes_back(
        self, switched: Callable[..., Client], night: Night, ada: Actor, at: Callable[..., None], draft: ServiceModel
    ):
        client = switched()
        at(NOW + timedelta(days=30))
        night(SOON)
        versions.put_back_model(actor=ada, service_model=ServiceModel.objects.get(pk=draft.pk), reason="Fue un error")
        night(SOON + timedelta(days=1))
        agreement = Agreement.objects.open().get(client=client)
        assert (agreement.model.number, agreement.contacts_a_year) == (1, 12)
        owed = Promise.objects.open().filter(client=client, due_at__gte=NOW + timedelta(days=31))
        assert {promise.origin_key.split(":")[1] for promise in owed} == {str(agreement.pk)}
        assert ServiceModel.objects.get(pk=draft.pk).active_until == SOON

    def test_once_something_was_kept_under_it_is_refused(
        self,
        switched: Callable[..., Client],
        night: Night,
        ada: Actor,
        ana: Actor,
        at: Callable[..., None],
        draft: ServiceModel,
    ):
        client = switched()
        night(SOON)
        first = (
            Promise.objects.open()
            .filter(client=client, origin_key__startswith=f"model:{Agreement.objects.open().get(client=client).pk}:")
            .earliest("due_at")
        )
        at(first.due_at)
        promise_actions.keep(actor=ana, promise=first)
        with pytest.raises(InvalidTransition, match="ya se cumplió algo"):
            versions.put_back_model(actor=ada, service_model=ServiceModel.objects.get(pk=draft.pk))
