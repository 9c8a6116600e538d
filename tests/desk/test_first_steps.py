"""What an administrator of a new institution meets first."""

from __future__ import annotations

import pytest

from cartera.clients.models import Client
from cartera.clock.models import Institution
from cartera.desk.first_steps import first_steps
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.team import actions as team
from cartera.team.actions.invitations import invite
from cartera.team.models import Role
from cartera.value.models import TierPolicy
from tests.conftest import NOW, Bank, given


def done(actor: Actor) -> list[bool]:
    return [step.done for step in first_steps(actor)]


def ran(kind: Run.Kind) -> None:
    Run.objects.create(kind=kind, title="x", state=Run.State.DONE, started_at=NOW, finished_at=NOW, asked_by="x")


@pytest.mark.row("Y15")
class TestFirstSteps:
    def test_lead_through_an_empty_institution_one_after_the_other(self, ada: Actor):
        steps = first_steps(ada)
        assert [step.next for step in steps].count(True) == 1
        assert not any(step.done for step in steps[1:])
        assert all(step.help_url.startswith("/ayuda/") for step in steps)

    def test_an_invitation_is_a_step(self, ada: Actor, bank: Bank):
        nora = team.hire(actor=ada, key="nora", name="Nora Vega", role=Role.ADVISER, branch=bank.centro)
        assert not done(ada)[1]
        invite(actor=ada, staff=nora, email="")
        assert done(ada)[1]

    def test_clients_bring_their_branches(self, ada: Actor, rosa):
        assert done(ada)[0]
        assert done(ada)[2]

    def test_clients_without_an_adviser_are_to_be_shared_out(self, ada: Actor, rosa):
        assert done(ada)[3]
        Client.objects.update(adviser=None)
        assert [step.next for step in first_steps(ada)].index(True) == 3

    def test_are_gone_once_all_are_done(self, ada: Actor, ana: Actor, rosa):
        given(
            TierPolicy, number=1, effective_from=NOW.date(), thresholds={}, hysteresis_ppm=0, adult_age=18, reason="x"
        )
        ran(Run.Kind.NIGHT)
        assert done(ada).count(False) == 1
        ran(Run.Kind.BACKUP)
        assert first_steps(ada) == []

    def test_are_the_administrator_s_alone(self, mara: Actor, ana: Actor):
        assert first_steps(mara) == first_steps(ana) == []

    def test_are_not_asked_of_a_demonstration(self, ada: Actor):
        Institution.objects.update(pinned_date=NOW.date())
        assert first_steps(ada) == []

    def test_are_where_the_administrator_comes_in(self, sign_in, ada: Actor, mara: Actor):
        assert sign_in(ada).get("/").headers["Location"] == "/administracion"
        assert sign_in(mara).get("/").headers["Location"] == "/mi-dia"
        assert 'id="steps-title"' in sign_in(ada).get("/administracion").content.decode()
        assert 'id="steps-title"' not in sign_in(mara).get("/administracion").content.decode()
