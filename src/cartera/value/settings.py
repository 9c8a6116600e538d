"""What the institution sets of exceptions from the tier policy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.rulebook.declaring import Setting, Unit

REVIEW_DAYS = Setting(
    "value.review_days",
    label=_("Reviewing an exception before it expires"),
    says=_("So many days before its end a tier that somebody gave by hand waits for its review."),
    unit=Unit.DAYS,
    default=30,
    least=1,
    most=180,
)
