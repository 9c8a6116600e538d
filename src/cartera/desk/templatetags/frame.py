"""The frame of every page as template tags: the menu, and the parts that say the same to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cartera.desk.context import NavItem
from cartera.desk.templatetags.cartera import icon, number

register = template.Library()


@register.simple_tag
def still(part: str) -> SafeString:
    """A part that says the same to everybody on every page: drawn once for each language, from nothing but its template."""
    return _drawn(part, get_language() or "")


@cache
def _drawn(part: str, language: str) -> SafeString:
    return render_to_string(part)


@register.simple_tag
def menu(items: Sequence[NavItem]) -> SafeString:
    """The pages that one may open, each group under its name; how many wait there stands behind."""
    return SafeString("\n".join(_menu(items)))


def _menu(items: Sequence[NavItem]) -> Iterator[SafeString]:
    group = ""
    for item in items:
        if item.group != group:
            group = item.group
            yield format_html("<h2>{}</h2>", group)
        hot = " c-n-hot" if item.hot else ""
        count = "" if item.count is None else format_html('<span class="c-n{}">{}</span>', hot, number(item.count))
        current = SafeString(' aria-current="page"') if item.current else ""
        yield format_html('<a href="{}"{}>{}{}{}</a>', item.url, current, icon(item.icon), item.label, count)
