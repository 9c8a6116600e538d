"""What a new institution does first, in order, and which of it is done: for the administrator, until all of it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.desk.addresses import address
from cartera.desk.help.topics import TOPICS, url_of
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.queries import runs
from cartera.team import counts
from cartera.value.queries import policies

SETS_UP = "team.hire"
"""Who sets an institution up: the permission that only administrators come with."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `url` does it, `help_url` says how; `next` on the first that is not done."""

    title: str
    text: str
    action: str
    url: str
    help_url: str
    done: bool
    next: bool = False


def first_steps(actor: Actor) -> list[Step]:
    """All steps while one is missing; none for who does not set up, once all are done, and in a demonstration."""
    if not actor.may(SETS_UP) or clock.institution().pinned_date:
        return []
    steps = _steps(actor)
    missing = next((step for step in steps if not step.done), None)
    return [replace(step, next=step is missing) for step in steps] if missing else []


def _steps(actor: Actor) -> list[Step]:
    clients = Client.objects.visible_to(actor).exists()
    return [
        Step(
            _("Open your branches"),
            _("The head office is there already. A file of branches brings the others too."),
            _("Branches"),
            address("team:branches"),
            url_of(TOPICS["team:branches"]),
            done=clients or counts.branches(actor=actor) > 1,
        ),
        Step(
            _("Invite your people"),
            _("Each comes in by a link that works once, and chooses their own password."),
            _("Hire and invite"),
            address("team:hire"),
            url_of(TOPICS["team:"]),
            done=counts.invited(actor=actor) > 0,
        ),
        Step(
            _("Bring your clients"),
            _("Your core's files as they are. You rehearse first; what is refused is said row by row and mended here."),
            _("Import files"),
            address("intake:new"),
            url_of(TOPICS["intake:"]),
            done=clients,
        ),
        Step(
            _("Share out the clients"),
            _("The night plans the day of whoever has clients. Tick them in the list and hand them over."),
            _("Clients"),
            address("desk:clients"),
            url_of(TOPICS["desk:hand_over"]),
            done=Client.objects.visible_to(actor).filter(adviser__isnull=False).exists(),
        ),
        Step(
            _("Run the first night"),
            _(
                "It gives each client its value and tier, promises what the service models say and plans everybody's day."
            ),
            _("Nights"),
            address("desk:nights"),
            url_of(TOPICS["desk:nights"]),
            done=_was_done(actor, Run.Kind.NIGHT),
        ),
        Step(
            _("Look at the tier policy"),
            _("The first night proposes one from what your clients hold and bring."),
            _("Tier policy"),
            address("desk:tier_policy"),
            url_of(TOPICS["desk:tier_policy"]),
            done=clients and policies(actor=actor).exists(),
        ),
        Step(
            _("Make the first backup"),
            _("With cartera backup on the server. It is proved by restoring it."),
            "",
            "",
            url_of("respaldos"),
            done=_was_done(actor, Run.Kind.BACKUP),
        ),
    ]


def _was_done(actor: Actor, kind: Run.Kind) -> bool:
    return runs(actor=actor, kinds=(kind,)).filter(state=Run.State.DONE).exists()
