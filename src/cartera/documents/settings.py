"""What the institution sets of papers: how large, how much together, how long a removed one is kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

MEGABYTES_A_CLIENT = Setting(
    "documents.megabytes_a_client",
    label=_("All the papers of a client together"),
    says=_("Beyond it no more papers are taken for that client."),
    unit=Unit.MEGABYTES,
    default=500,
    least=1,
    most=100_000,
)

MEGABYTES = Setting(
    "documents.megabytes",
    label=_("Largest paper"),
    says=_("Larger files are refused before they are read. What stands before the server has to let them through."),
    unit=Unit.MEGABYTES,
    default=20,
    least=1,
    most=200,
    not_above=MEGABYTES_A_CLIENT,
)

KEPT_DAYS = Setting(
    "documents.kept_days",
    label=_("Removed papers"),
    says=_("How long the sealed content of a removed paper is kept, so that a mistake can be mended."),
    unit=Unit.DAYS,
    default=30,
    least=1,
    most=365,
)
