"""Who sees a plan, and the reasons in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.agenda.queries import plan_json
from cartera.agenda.words import in_words
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.team.models import Staff
from tests.agenda.test_planning import night
from tests.conftest import NOW

pytestmark = pytest.mark.row("Y7")


@pytest.fixture
def call(ana: Actor, rosa: Client) -> Promise:
    return promises.make(actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(hours=8))


def test_a_plan_is_seen_by_its_person_and_the_manager_and_by_no_agent_of_the_branch(
    call: Promise, ana_staff: Staff, ana: Actor, mara: Actor, gina: Actor
):
    night()
    assert plan_json(actor=ana, staff=ana_staff) == plan_json(actor=mara, staff=ana_staff)
    with pytest.raises(NotFound):
        plan_json(actor=gina, staff=ana_staff)


def test_a_reason_is_told_to_whoever_sees_the_client(call: Promise, ana: Actor, beto: Actor):
    reasons = [{"kind": "promise", "id": call.pk}]
    assert list(in_words(actor=ana, reasons=reasons, now=NOW)) == [("promise", call.pk)]
    assert in_words(actor=beto, reasons=reasons, now=NOW) == {}
