"""What the institution sets of its lists and of its goal."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cartera.kernel.money import PPM
from cartera.rulebook.declaring import Setting, Unit
from cartera.rulebook.queries import value_of

GOAL = Setting(
    "desk.goal",
    label=_("Goal of the word kept"),
    says=_("The share of promises kept on time that the team aims at. My day and My team hold everybody against it."),
    unit=Unit.SHARE,
    default=960_000,
    least=500_000,
    most=PPM,
)

QUIET_DAYS = Setting(
    "desk.quiet_days",
    label=_("A client counts as without contact after"),
    says=_("The filter of lists and the mark beside the last contact. The agenda does not use it."),
    unit=Unit.DAYS,
    default=60,
    least=7,
    most=730,
)

MATURING_DAYS = Setting(
    "desk.maturing_days",
    label=_("The list of maturities looks ahead"),
    says=_("Clients with something that matures within these days are in it."),
    unit=Unit.DAYS,
    default=30,
    least=1,
    most=365,
)


def goal() -> float:
    """The share of promises to be kept on time."""
    return value_of(GOAL) / PPM


def quiet_after() -> timedelta:
    """How long ago the last contact was when a client counts as without contact."""
    return timedelta(days=value_of(QUIET_DAYS))


def maturing_within() -> timedelta:
    """How far ahead the list of maturities looks."""
    return timedelta(days=value_of(MATURING_DAYS))
