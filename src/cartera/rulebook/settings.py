"""What the institution sets that is of no room in particular."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

UNDO_MINUTES = Setting(
    "undo.minutes",
    label=_("Undoing what one just did"),
    says=_(
        "How long people can undo what they did. Other systems are told after it, so that they never hear of a slip."
    ),
    unit=Unit.MINUTES,
    default=30,
    least=5,
    most=240,
)
