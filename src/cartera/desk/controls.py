"""The plain controls of forms as HTML: what the templates of Django's widgets write, in a small part of their time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""What a widget of Django gives to its template under that name."""


class ControlWriter(DjangoTemplates):
    """Writes inputs, lists and texts here, and leaves every other widget to its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        write = _WRITERS.get(template_name.removeprefix("django/forms/widgets/").removesuffix(".html"))
        return write(context["widget"]) if write else super().render(template_name, context, request)


def written_input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _textarea(widget: Widget) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget), widget["value"] or ""
    )


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget), groups)


def _group(name: str | None, options: list[Widget]) -> SafeString:
    written = format_html_join(
        "", '<option value="{}"{}>{}</option>', ((str(one["value"]), _attributes(one), one["label"]) for one in options)
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written


def _attributes(widget: Widget) -> SafeString:
    """An attribute that is true is its name alone, one that is false is left out."""
    given = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    told = (
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value) for name, value in given
    )
    return format_html_join("", "{}", ((one,) for one in told))


_INPUTS = ("checkbox", "date", "datetime", "email", "hidden", "input", "number", "password", "text", "time", "url")
_WRITERS: Mapping[str, Callable[[Widget], SafeString]] = {
    **dict.fromkeys(_INPUTS, written_input),
    "textarea": _textarea,
    "select": _select,
}
