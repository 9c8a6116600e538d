"""What the institution sets of access to clients of others, and of merging."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

ACCESS_DAYS = Setting(
    "clients.access_days",
    label=_("Longest access to somebody else's client"),
    says=_("Whoever opens a client of another book gives a reason and chooses until when, no longer than this."),
    unit=Unit.DAYS,
    default=7,
    least=1,
    most=90,
    guards=True,
)

UNMERGE_DAYS = Setting(
    "clients.unmerge_days",
    label=_("Separating two clients that were merged"),
    says=_("How long a merge can be undone with all that was moved."),
    unit=Unit.DAYS,
    default=30,
    least=1,
    most=365,
)
