"""What no role but the administrator's may do, whichever door is built for it one day."""

from __future__ import annotations

import pytest

from cartera.kernel.actor import Actor

OF_THE_INSTITUTION = (
    *("team.hire", "team.open_branch", "team.hire_first_administrator", "token.issue", "run.start", "run.view"),
    *("tier.set_policy", "event.set_lead_time", "plan.set_policy", "service.add_model"),
)
OF_THE_NIGHT = (
    *("promise.make_many", "promise.break_overdue", "promise.withdraw_many", "promise.follow_advisers"),
    *("event.raise_many", "event.expire_many", "plan.store", "tier.propose_policy", "interaction.tell_last_contacts"),
)


@pytest.mark.row("Y7")
@pytest.mark.parametrize("name", [*OF_THE_INSTITUTION, *OF_THE_NIGHT])
def test_what_is_the_institutions_or_the_nights_is_no_advisers_agents_or_managers(
    name: str, ana: Actor, gina: Actor, mara: Actor, ada: Actor
):
    assert [actor.role for actor in (ana, gina, mara, ada) if actor.may(name)] == ["admin"]
