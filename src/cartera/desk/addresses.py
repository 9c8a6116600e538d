"""Addresses of pages by name, found once: a page says dozens of them, and they stay the same while the program runs."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse

_ANY_ROW = 8_888_888_888_888_888


def address(name: str) -> str:
    """The URL of a page, empty when that page is not installed."""
    return _found(name, settings.ROOT_URLCONF)


def address_of(name: str, id: int) -> str:
    """The URL of a page about one row, empty when that page is not installed."""
    before, after = _around(name, settings.ROOT_URLCONF)
    return f"{before}{id}{after}" if before else ""


@cache
def _found(name: str, root: str) -> str:
    try:
        return reverse(name, urlconf=root)
    except NoReverseMatch:
        return ""


@cache
def _around(name: str, root: str) -> tuple[str, str]:
    """What stands before and after the number of the row."""
    try:
        before, _number, after = reverse(name, urlconf=root, args=[_ANY_ROW]).partition(str(_ANY_ROW))
    except NoReverseMatch:
        return "", ""
    return before, after
