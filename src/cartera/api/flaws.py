"""What is wrong with a value, in the reader's words: the validator's own are in English only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.kernel.errors import Text

WORDS: Mapping[str, Text] = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("Nothing is called that here."),
    "string_type": gettext_lazy("This is a text."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("This is not how it is written."),
    "string_unicode": gettext_lazy("This is no readable text."),
    "too_short": gettext_lazy("At least %(min_length)s of them."),
    "too_long": gettext_lazy("At most %(max_length)s of them."),
    "greater_than": gettext_lazy("More than %(gt)s."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than": gettext_lazy("Less than %(lt)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "multiple_of": gettext_lazy("A multiple of %(multiple_of)s."),
    "enum": gettext_lazy("One of: %(expected)s."),
    "literal_error": gettext_lazy("One of: %(expected)s."),
    "timezone_naive": gettext_lazy("An instant without a zone."),
    "timezone_aware": gettext_lazy("An instant with its zone, as 2026-06-18T17:00:00-05:00."),
    "json_invalid": gettext_lazy("This is no JSON."),
}
BY_THE_BEGINNING: tuple[tuple[str, Text], ...] = (
    ("int_", gettext_lazy("A whole number.")),
    ("float_", gettext_lazy("A number.")),
    ("finite_", gettext_lazy("A number.")),
    ("decimal_", gettext_lazy("A number.")),
    ("bool_", gettext_lazy("true or false.")),
    ("datetime_", gettext_lazy("An instant with its zone, as 2026-06-18T17:00:00-05:00.")),
    ("date_", gettext_lazy("A day, as 2026-06-18.")),
    ("time_", gettext_lazy("An hour, as 17:00.")),
    ("uuid_", gettext_lazy("A UUID.")),
    ("url_", gettext_lazy("An address, as https://example.com/.")),
    ("list_", gettext_lazy("A list.")),
    ("set_", gettext_lazy("A list.")),
    ("dict_", gettext_lazy("An object with names and values.")),
    ("model_", gettext_lazy("An object with names and values.")),
)


def in_words(flaw: Mapping[str, Any]) -> str:
    """One flaw that the validator found, as a person understands it. What a rule of ours said is said already."""
    kind = str(flaw.get("type", ""))
    context = flaw.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or flaw.get("msg", ""))
    if context.get("min_length") == 1:
        kind = "missing"
    words = WORDS.get(kind) or next((text for start, text in BY_THE_BEGINNING if kind.startswith(start)), None)
    if words is None:
        return _("This value does not fit.")
    told = {**context, "expected": _choices(context.get("expected", ""))}
    return str(words) % told


def _choices(expected: object) -> str:
    """`'a', 'b' or 'c'` as a list that no language has to conjugate."""
    return str(expected).replace("' or '", "', '").replace("'", "")
