"""The named parts of the system, as a person calls them where they did something."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

PARTS: Mapping[str, LazyText] = {
    "cartera agenda": gettext_lazy("the command cartera agenda"),
    "cartera demo": gettext_lazy("the demonstration bank"),
    "cartera import": gettext_lazy("the command cartera import"),
    "cartera init": gettext_lazy("the founding of the institution"),
    "cartera token": gettext_lazy("the command cartera token"),
    "drawer of papers": gettext_lazy("the previews of papers"),
    "events": gettext_lazy("the events"),
    "events of the night": gettext_lazy("the night: events"),
    "ledger of contacts": gettext_lazy("the ledger of contacts"),
    "ledger of promises": gettext_lazy("the ledger of promises"),
    "metrics": gettext_lazy("the metrics"),
    "planner": gettext_lazy("the agenda"),
    "reader of calendars": gettext_lazy("the calendars from elsewhere"),
    "registry of clients": gettext_lazy("the registry of clients"),
    "results of the night": gettext_lazy("the night: results"),
    "search for duplicates": gettext_lazy("the search for duplicates"),
    "service agreements": gettext_lazy("the service agreements"),
    "service of the night": gettext_lazy("the night: service"),
    "the gate": gettext_lazy("the sign-in"),
    "value of the night": gettext_lazy("the night: value"),
    "webhooks": gettext_lazy("the webhooks"),
}


def in_words(name: str) -> str:
    """Who did something: a part of the system in the reader's language, a person by name."""
    return str(PARTS.get(name, name))
