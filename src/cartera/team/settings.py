"""What the institution sets of its people: what an hour of each role costs, and what lets them and their programs in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import LARGEST_AMOUNT, Setting, Unit
from cartera.team.models import Role

HOUR_COSTS: Mapping[Role, Setting] = {
    role: Setting(
        f"team.hour_cost.{role}",
        label=format_lazy(_("An hour of: {role}"), role=role.label),
        says=_(
            "It holds for whoever has no cost of their own. The agenda weighs each contact against it, and the cost to "
            "serve a client is made of it."
        ),
        unit=Unit.MONEY,
        default=0,
        least=0,
        most=LARGEST_AMOUNT,
    )
    for role in Role
}

INVITATION_DAYS = Setting(
    "team.invitation_days",
    label=_("How long an invitation lasts"),
    says=_("Whoever is invited has these days to choose a password. The link works once."),
    unit=Unit.DAYS,
    default=7,
    least=1,
    most=60,
    guards=True,
)

MOST_TOKENS = Setting(
    "team.most_tokens",
    label=_("Tokens in use of one person"),
    says=_("More are forgotten ones. Whoever has so many revokes one before making another."),
    unit=Unit.COUNT,
    default=20,
    least=1,
    most=200,
    guards=True,
)

TOKEN_DAYS = Setting(
    "team.token_days",
    label=_("Longest life of a token"),
    says=_("For tokens that are made with an end. A shorter life loses less with a token that is lost."),
    unit=Unit.DAYS,
    default=3653,
    least=1,
    most=3653,
    guards=True,
)
