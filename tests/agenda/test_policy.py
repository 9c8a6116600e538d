"""What the agenda believes: versions in force from a day, tried by a worker first, written by a manager in plain figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from cartera.agenda.actions_on_policy import set_agenda_policy, take_back_policy, try_policy
from cartera.agenda.book import priors_on
from cartera.agenda.models import AgendaPolicy, PolicyTrial
from cartera.agenda.priors import Priors
from cartera.clients.models import Client
from cartera.desk.agenda_forms import PolicyForm, names, written
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, TooLate
from cartera.kernel.jobs import perform
from cartera.kernel.undo import undo
from cartera.promises import actions as promises
from tests.conftest import NOW, TODAY
from tests.desk.conftest import sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.row("Y15", "B1")
TOMORROW = TODAY + timedelta(days=1)
PAGE = "/administracion/agenda"
SignIn = Callable[[Actor], Browser]


def kept(actor: Actor, **more: Any) -> AgendaPolicy:
    told = {"priors": {"spacing_days": 5}, "effective_from": TODAY, "reason": "More peace", **more}
    return set_agenda_policy(actor=actor, **told)


def typed(last: int = 0, **changed: Any) -> dict[str, Any]:
    begun = written(Priors(), last)
    return {**begun, "effective_from": TODAY.isoformat(), "reason": "Nuestra historia", **changed}


class TestAVersion:
    def test_holds_from_its_day_on(self, ada: Actor):
        kept(ada, effective_from=TOMORROW)
        assert (priors_on(TODAY).spacing_days, priors_on(TOMORROW).spacing_days) == (3, 5)

    def test_keeps_all_figures_so_that_it_stays_what_it_was(self, ada: Actor):
        assert Priors.from_data(kept(ada).priors) == Priors(spacing_days=5)

    def test_is_taken_back_before_it_begins_and_not_after(self, ada: Actor):
        take_back_policy(actor=ada, agenda_policy=kept(ada, effective_from=TOMORROW))
        assert priors_on(TOMORROW).spacing_days == 3
        with pytest.raises(TooLate):
            take_back_policy(actor=ada, agenda_policy=kept(ada))

    def test_is_undone_at_once(self, ada: Actor):
        undo(actor=ada, happening_id=kept(ada).happening.pk)  # type: ignore[attr-defined]
        assert priors_on(TODAY) == Priors()

    def test_crosses_another(self, ada: Actor):
        kept(ada)
        with pytest.raises(Conflict):
            kept(ada, after=0)

    @pytest.mark.parametrize(
        ("priors", "where"),
        [
            ({"crowding_ppm": 500_000}, "crowding_ppm"),
            ({"spacing_days": 0}, "spacing_days"),
            (
                {"signals": {"silence": {"contacted_ppm": 2, "alone_ppm": 1, "fades_in": 9}}},
                "signals-silence-contacted_ppm",
            ),
            ({"renewals": {"loan": {"contacted_ppm": 1, "alone_ppm": 2, "lead_days": 9}}}, "renewals-loan-alone_ppm"),
            ({"colour": 3}, "priors"),
        ],
    )
    def test_that_makes_no_sense_is_refused_where_it_stands(self, ada: Actor, priors: dict[str, Any], where: str):
        with pytest.raises(Invalid) as refused:
            kept(ada, priors=priors)
        assert set(refused.value.fields) == {where}
        assert not AgendaPolicy.objects.exists()


class TestThePage:
    def test_writes_every_figure_as_it_is(self, bank: object):
        form = PolicyForm(typed())
        assert form.is_valid(), form.errors
        assert Priors.from_data(form.priors) == Priors()
        assert len(list(names())) == 51

    def test_keeps_a_version_with_its_author(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        assert browser.post(PAGE, typed(**{"leaving_ppm-A": "7.5"})).status_code == 302
        assert priors_on(TODAY).leaving_ppm["A"] == 75_000
        page = browser.get(PAGE).content.decode()
        assert all(told in page for told in ("Lo que cree la agenda, v1", "Ada Ruiz", "Nuestra historia"))

    def test_keeps_what_was_typed_with_the_error_at_its_field(self, ada: Actor, sign_in: SignIn):
        answer = sign_in(ada).post(PAGE, typed(**{"renewals-loan-alone_ppm": "90"}))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"renewals-loan-alone_ppm"}

    def test_shows_both_versions_when_edits_cross(self, ada: Actor, sign_in: SignIn):
        kept(ada)
        browser = sign_in(ada)
        answer = browser.post(PAGE, typed(0, word_minutes="", **{"word_minutes-B": "70"}))
        assert answer.status_code == 409
        told = {one.label: (one.before, one.theirs, one.mine) for one in answer.context["crossing"].fields}
        assert ("3", "5", "3") in told.values()
        assert ("60", "60", "70") in told.values()
        again = answer.context["form"].data
        assert browser.post(PAGE, again).status_code == 302
        assert (priors_on(TODAY).spacing_days, priors_on(TODAY).word_minutes["B"]) == (5, 70)

    def test_begins_again_with_an_earlier_version(self, ada: Actor, sign_in: SignIn):
        kept(ada)
        kept(ada, priors={"spacing_days": 9})
        form = sign_in(ada).get(f"{PAGE}?desde=1").context["form"]
        assert (form["spacing_days"].value(), form["after"].value()) == ("5", 2)


class TestTrying:
    def test_tells_what_would_change_and_changes_nothing(
        self, ada: Actor, ana: Actor, rosa: Client, sign_in: SignIn, django_capture_on_commit_callbacks: Any
    ):
        promises.make(actor=ana, client=rosa, what="Propuesta", due_at=NOW + timedelta(days=2))
        browser = sign_in(ada)
        with django_capture_on_commit_callbacks(execute=True):
            asked = browser.post(PAGE, {**typed(**{"word_minutes-C": "200"}), "do": "try", "reason": ""})
        assert asked.status_code == 302
        trial = PolicyTrial.objects.get()
        assert trial.told["then"]["promise"] > trial.told["now"]["promise"] > 0
        assert (trial.done, trial.of, trial.told["plans"][0]["name"]) == (1, 1, "Ana Andrade")
        page = browser.get(asked["Location"].partition("#")[0])
        assert page.context["form"]["word_minutes-C"].value() == "200"
        assert "Ana Andrade" in page.content.decode()
        assert priors_on(TODAY) == Priors()

    def test_says_when_it_could_not_be_worked_out(self, ada: Actor, rosa: Client, monkeypatch: Any, sign_in: SignIn):
        def fails(*_: Any) -> None:
            raise MemoryError

        monkeypatch.setattr("cartera.agenda.jobs.tried", fails)
        sign_in(ada).post(PAGE, {**typed(), "do": "try"})
        trial = PolicyTrial.objects.get()
        with pytest.raises(MemoryError):
            perform("agenda.try_policy", {"trial_id": trial.pk})
        trial.refresh_from_db()
        assert trial.error == "MemoryError"
        assert "No se pudo calcular" in sign_in(ada).get(f"{PAGE}/prueba/{trial.pk}").content.decode()

    def test_of_figures_that_make_no_sense_asks_nobody(self, ada: Actor):
        with pytest.raises(Invalid):
            try_policy(actor=ada, priors={"crowding_ppm": 900_000})
        assert not PolicyTrial.objects.exists()
