"""What each figure means, in the words that screens show: the one written definition."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Definition:
    name: LazyText
    unit: LazyText
    meaning: LazyText


DEFINITIONS: dict[str, Definition] = {
    "kept_rate": Definition(
        _("Kept on time"),
        _("share of promises"),
        _(
            "Promises of ours kept by the instant they were due, among all whose outcome became known in the ninety days: "
            "kept / (kept + kept late + broken). Kept late is not kept on time. Those withdrawn, or renegotiated with the "
            "client's consent, do not count. Overdue ones that are still open are shown apart."
        ),
    ),
    "kept": Definition(_("Kept"), _("promises"), _("Kept in the ninety days, by the instant they were due.")),
    "late": Definition(_("Kept late"), _("promises"), _("Kept in the ninety days, after the instant they were due.")),
    "broken": Definition(
        _("Broken"), _("promises"), _("Not kept by their latest instant, which passed in the ninety days.")
    ),
    "open_late": Definition(
        _("Overdue and open"), _("promises"), _("Due before the end of the day, neither kept nor broken yet.")
    ),
    "contacts": Definition(
        _("Contacts"),
        _("contacts"),
        _(
            "Contacts that the person registered in the ninety days, in and out, reached or not; those taken back do not count."
        ),
    ),
    "minutes": Definition(
        _("Minutes"),
        _("minutes"),
        _("Minutes of those contacts, and of other work for clients noted in the ninety days."),
    ),
    "clients": Definition(_("Clients"), _("clients"), _("Clients in the person's book at the end of the day.")),
    "minutes_a_client": Definition(
        _("Minutes a client"), _("minutes"), _("Minutes of the ninety days divided by the clients in the book.")
    ),
}
