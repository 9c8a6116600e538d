"""How undoing a load went, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

_TABLES: Mapping[str, LazyText] = {
    "promises.promise": ngettext_lazy("%(n)s promise", "%(n)s promises", "n"),
    "interactions.interaction": ngettext_lazy("%(n)s contact", "%(n)s contacts", "n"),
    "interactions.effort": ngettext_lazy("%(n)s record of minutes", "%(n)s records of minutes", "n"),
    "events.event": ngettext_lazy("%(n)s event", "%(n)s events", "n"),
    "service.agreement": ngettext_lazy("%(n)s service agreement", "%(n)s service agreements", "n"),
    "value.clientvalue": ngettext_lazy("%(n)s valuation by a night", "%(n)s valuations by a night", "n"),
    "value.tierperiod": ngettext_lazy("%(n)s tier given by a night", "%(n)s tiers given by a night", "n"),
    "value.tieroverride": ngettext_lazy("%(n)s tier given by hand", "%(n)s tiers given by hand", "n"),
    "agenda.planitem": ngettext_lazy("%(n)s contact in somebody's plan", "%(n)s contacts in somebody's plan", "n"),
    "agenda.unplaced": ngettext_lazy("%(n)s contact waiting for a place", "%(n)s contacts waiting for a place", "n"),
    "clients.client": ngettext_lazy("%(n)s client", "%(n)s clients", "n"),
    "clients.holding": ngettext_lazy("%(n)s product", "%(n)s products", "n"),
    "clients.contactpoint": ngettext_lazy("%(n)s telephone or address", "%(n)s telephones or addresses", "n"),
    "clients.wishes": ngettext_lazy("%(n)s client's wishes", "wishes of %(n)s clients", "n"),
    "clients.relationship": ngettext_lazy("%(n)s relationship", "%(n)s relationships", "n"),
    "team.staff": ngettext_lazy("%(n)s person of the staff", "%(n)s people of the staff", "n"),
}
_OTHER = ngettext_lazy("%(n)s other record", "%(n)s other records", "n")


@dataclass(frozen=True, slots=True)
class Undoing:
    """`state` is empty before anybody asked; `reasons` say what stands in the way."""

    state: str = ""
    by: str = ""
    at: datetime | None = None
    rows: int = 0
    share: float = 0.0
    error: str = ""
    reasons: Sequence[tuple[str, str]] = ()


def of_undo(told: Mapping[str, Any]) -> Undoing:
    if not told:
        return Undoing()
    total = told.get("total") or 0
    return Undoing(
        state=told["state"],
        by=told.get("by", ""),
        at=datetime.fromisoformat(told["at"]) if told.get("at") else None,
        rows=told.get("rows") or 0,
        share=(told.get("done") or 0) / total if total else 0.0,
        error=told.get("error", ""),
        reasons=[blocker_in_words(one) for one in told.get("blockers", ())],
    )


def blocker_in_words(blocker: Mapping[str, Any]) -> tuple[str, str]:
    """What stands in the way, and of whom: ("3 promises", "Rosa Cordero, Inés Tamariz…")."""
    kind, _colon, table = str(blocker["what"]).rpartition(":")
    counted = _counted(table, blocker["rows"])
    if kind == "changed":
        counted = _("%(what)s changed since") % {"what": counted}
    elif kind == "signed_in":
        counted = _("somebody who came with it has signed in")
    more = "…" if blocker["rows"] > len(blocker["examples"]) else ""
    return counted, ", ".join(blocker["examples"]) + more


def _counted(table: str, rows: int) -> str:
    words: Any = _TABLES.get(table, _OTHER)
    return str(words % {"n": rows})
