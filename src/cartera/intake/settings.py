"""What the institution sets of loads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

UNDO_DAYS = Setting(
    "intake.undo_days",
    label=_("Undoing a load"),
    says=_("How long what a load replaced is kept, so that it can be taken back while nothing was built on it."),
    unit=Unit.DAYS,
    default=7,
    least=1,
    most=60,
)
