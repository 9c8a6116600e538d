"""What the institution sets of tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

MOST_TOKENS = Setting(
    "api.most_tokens",
    label=_("Tokens in use of one person"),
    says=_("More are forgotten ones. Whoever has so many revokes one before making another."),
    unit=Unit.COUNT,
    default=20,
    least=1,
    most=200,
    guards=True,
)

TOKEN_DAYS = Setting(
    "api.token_days",
    label=_("Longest life of a token"),
    says=_("For tokens that are made with an end. A shorter life loses less with a token that is lost."),
    unit=Unit.DAYS,
    default=3653,
    least=1,
    most=3653,
    guards=True,
)
