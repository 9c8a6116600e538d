"""The components of the screens as template tags: marks, figures and the pieces of a page. Drawings are in `drawings`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cartera.desk import formats
from cartera.desk.drawing import part_of_circle
from cartera.desk.marking import Piece
from cartera.desk.toasts import toasts_in
from cartera.kernel.money import PPM
from cartera.kernel.pages import Page

register = template.Library()

PROMISE_ICONS = {
    "kept": "circle-check",
    "due": "circle",
    "late": "clock-exclamation",
    "broken": "circle-x",
    "paused": "player-pause",
}
# How the states of the ledger look where nothing more is known of them.
PROMISE_LOOKS = {"promised": "due", "renegotiated": "paused", "withdrawn": "paused"}
NOTE_ICONS = {
    "kept": "circle-check",
    "due": "info-circle",
    "late": "clock-exclamation",
    "broken": "alert-circle",
    "plain": "info-circle",
}
CHANNEL_ICONS = {
    "letter": "mailbox",
    "email": "mail",
    "message": "message-circle",
    "phone": "phone",
    "video": "video",
    "face_to_face": "users",
    "branch": "building-store",
    "portal": "world",
}
UNKNOWN_CHANNEL_ICON = "user-question"


def reader() -> formats.Locale:
    """The locale of the person who reads this page."""
    return formats.locale_for(get_language() or "")


def page_now(context: Context) -> datetime:
    """The institution's local instant, as the shell of the page states it."""
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.localtime()


def local(when: datetime, context: Context) -> datetime:
    return when.astimezone(page_now(context).tzinfo)


# Marks


@register.simple_tag
def icon(name: str, size: Literal["", "s"] = "", label: str = "") -> SafeString:
    """An outline icon of the sprite, decorative unless it has a `label`."""
    return _drawn(str(name), size, format_html('role="img" aria-label="{}"', label)) if label else _icon(name, size)


@lru_cache(maxsize=256)
def _icon(name: str, size: str) -> SafeString:
    return _drawn(name, size, SafeString('aria-hidden="true"'))


def _drawn(name: str, size: str, said: SafeString) -> SafeString:
    return format_html(
        '<svg class="c-i{}" {}><use href="{}#i-{}"></use></svg>',
        " c-i-s" if size == "s" else "",
        said,
        static("cartera/vendor/icons.svg"),
        name,
    )


@register.simple_tag
def channel_icon(channel: str, size: Literal["", "s"] = "") -> SafeString:
    return icon(CHANNEL_ICONS.get(str(channel), UNKNOWN_CHANNEL_ICON), size)


@register.simple_tag
def tier(letter: str, explained_by: str = "") -> SafeString:
    """A tier badge; with the id of a popover it becomes the large button that says why."""
    colour = f"c-tier c-tier-{letter.lower()}"
    if not explained_by:
        return format_html(
            '<span class="{}"><span class="visually-hidden">{} </span>{}</span>', colour, _("Tier"), letter
        )
    return format_html(
        '<button class="{} c-tier-l" type="button" popovertarget="{}">{} {}<span class="visually-hidden">{}</span></button>',
        colour,
        explained_by,
        letter,
        icon("info-circle", "s"),
        _("Why tier %(letter)s?") % {"letter": letter},
    )


@register.simple_tag
def promise_chip(state: str, text: str) -> SafeString:
    """Shape, colour and words of a promise; `text` is the deadline or the fact.

    `state` is a look (kept, due, late, broken, paused) or a state of the ledger, where an open promise looks due.
    """
    look = PROMISE_LOOKS.get(str(state), str(state))
    return format_html('<span class="c-promise c-{}">{}{}</span>', look, icon(PROMISE_ICONS[look]), text)


@register.simple_tag
def avatar(name: str, size: Literal["", "s", "l"] = "", company: bool = False) -> SafeString:
    """Initials in a circle, in a square for a company; the name itself stands beside it."""
    classes = "c-avatar" + (f" c-avatar-{size}" if size else "") + (" c-avatar-sq" if company else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, formats.initials(name))


@register.simple_tag
def found_in(pieces: Iterable[Piece]) -> SafeString:
    """A text with the letters that were searched for marked in it."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces))


def _marked(piece: Piece) -> str:
    return format_html("<mark>{}</mark>", piece.text) if piece.hit else piece.text


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """Keys as they are written on the board: `{% kbd "Ctrl K" %}`."""
    return format_html("<kbd>{}</kbd>", keys)


# Figures and dates


@register.simple_tag
def number(value: int | float | Decimal, decimals: int = 0, signed: bool = False) -> str:
    return formats.number(value, reader(), decimals, signed=signed)


@register.simple_tag
def money(minor: int, currency: str, cents: formats.Cents = "always") -> str:
    """ "USD 1.240.300,00" of minor units; `cents` is "always", "if any" or "never"."""
    return formats.money(minor, currency, reader(), cents)


@register.simple_tag
def amount(minor: int, currency: str, cents: formats.Cents = "always") -> str:
    """As `money` without the currency, for a column whose heading names it."""
    return formats.amount(minor, currency, reader(), cents)


@register.simple_tag
def percent(share: float, decimals: int = 1) -> str:
    return formats.percent(share, reader(), decimals)


@register.simple_tag
def rate(ppm: int) -> str:
    """ "7,25 %" of a rate in parts per million."""
    return formats.percent(ppm / PPM, reader(), 2)


@register.simple_tag
def minutes(count: int) -> str:
    return formats.minutes(count)


@register.simple_tag(takes_context=True)
def ago(context: Context, when: date) -> str:
    """ "hace 3 h" of an instant, "hace 6 días" of a date; "en 6 días" ahead of now."""
    now = page_now(context)
    if isinstance(when, datetime):
        return formats.ago(local(when, context), now, reader())
    return formats.days_away((when - now.date()).days, reader())


@register.simple_tag(takes_context=True)
def day(context: Context, when: date, style: Literal["short", "long", "full"] = "short") -> str:
    """ "mar 16 jun", "16 de junio de 2026" or "martes 16 de junio de 2026"."""
    on = local(when, context).date() if isinstance(when, datetime) else when
    if style == "long":
        return formats.long_day(on, reader())
    return formats.full_day(on, reader()) if style == "full" else formats.day(on, page_now(context).date(), reader())


@register.simple_tag
def month(when: date) -> str:
    """ "agosto de 2011"."""
    return formats.month(when, reader())


@register.simple_tag(takes_context=True)
def moment(context: Context, when: datetime) -> str:
    """ "hoy 17:30", "jue 25 jun, 10:00"."""
    return formats.moment(local(when, context), page_now(context).date(), reader())


@register.simple_tag(takes_context=True)
def stamp(context: Context, when: datetime) -> str:
    """ "22 nov 2026, 03:48": a real instant, which a pinned clock does not move."""
    return formats.stamp(local(when, context), reader())


@register.simple_tag(takes_context=True)
def clock(context: Context, when: datetime) -> str:
    """ "09:12", where the reader is."""
    return formats.clock(local(when, context))


# Explanations


@register.simple_tag
def why(popover: str, label: str, kind: Literal["why", "fact"] = "why", extra: str = "") -> SafeString:
    """A figure that explains itself: it opens the popover of that id. `kind="fact"` is a single-sourced fact."""
    return format_html(
        '<button class="{}" type="button" popovertarget="{}">{}</button>', f"c-{kind} {extra}".strip(), popover, label
    )


@register.inclusion_tag("components/popover_lazy.html")
def popover_from(id: str, url: str) -> dict[str, object]:
    """A popover whose body is fetched when it is first opened."""
    return {"id": id, "url": url}


@register.simple_block_tag(end_name="endpopover")
def popover(content: str, id: str, title: str = "") -> SafeString:
    """The body of an explanation. It stands beside its paragraph, never inside a `p`."""
    heading = format_html("<h3>{}</h3>", title) if title else ""
    return format_html('<div class="c-pop" id="{}" popover>{}{}</div>', id, heading, content)


@register.simple_block_tag(end_name="endnote")
def note(content: str, tone: str = "plain", icon_name: str = "") -> SafeString:
    """A notice within the page. `tone` is kept, due, late, broken or plain."""
    return format_html(
        '<div class="c-note c-note-{}">{}<div>{}</div></div>', tone, icon(icon_name or NOTE_ICONS[tone]), content
    )


# States of a card


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", icon_name: str = "coffee", url: str = "", action: str = "") -> dict[str, object]:
    """What is true where there is nothing, and one next step."""
    return {"title": title, "text": text, "icon_name": icon_name, "url": url, "action": action}


@register.inclusion_tag("components/failed.html", takes_context=True)
def failed(context: Context, title: str, text: str = "", retry: str = "") -> dict[str, object]:
    """What failed, since when and what still works; `retry` is the address to ask again, this page by default."""
    return {"title": title, "text": text, "retry": retry or context["request"].get_full_path()}


@register.inclusion_tag("components/loading.html")
def loading(text: str, groups: int = 2) -> dict[str, object]:
    """Lines of the height that will come, for a card that loads by itself; `text` is for those who listen."""
    return {"text": text, "groups": range(groups)}


@register.inclusion_tag("components/clock.html")
def service_clock(
    text: str, detail: str, share: float, state: Literal["ok", "warn", "over", "pause"] = "ok"
) -> dict[str, object]:
    """A ring with the share of the term used, and the business time left in words."""
    stroke = {"ok": "accent", "warn": "warn", "over": "broken", "pause": "soft"}[state]
    return {"text": text, "detail": detail, "dash": part_of_circle(share), "state": state, "stroke": stroke}


# Forms


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", hide_label: bool = False, extra: str = "") -> dict[str, object]:
    """Label, control, hint and error of one field of a form, joined as a screen reader needs them."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": bound,
        "label": label or bound.label,
        "hide_label": hide_label,
        "kind": "chips" if grouped else "check" if isinstance(widget, CheckboxInput) else "control",
        "chips": [(_chip(choice), choice.choice_label) for choice in bound] if grouped else (),
        "control": "" if grouped else bound.as_widget(attrs=_attributes(bound, extra)),
        "required": bound.field.required,
    }


def _chip(choice: BoundWidget) -> SafeString:
    """The control of one choice, as the widget's own four templates write it."""
    control = choice.data
    given = (control["type"], control["name"], control["value"], flatatt(control["attrs"]))
    return format_html('<input type="{}" name="{}" value="{}"{}>', *given)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """What has to be corrected, with a link to each field; it takes the focus. Nothing when the form is well."""
    wrong = [form[name] for name in form.errors if name in form.fields]
    links = [(bound.id_for_label or bound.auto_id, _in_sentence(str(bound.label))) for bound in wrong]
    return {"links": links, "whole": form.non_field_errors(), "count": len(links)}


# Lists


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], after: str = "", shown: str = "") -> dict[str, object]:
    """The foot of a keyset list: what is shown, the row that the next page goes on from, and the two steps."""
    return {"request": context["request"], "page": page, "after": after, "shown": shown}


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Context, swap: bool = False) -> dict[str, object]:
    """What was just done, each with its undo. `swap` is for an answer to htmx that is not a whole page."""
    return {"toasts": toasts_in(context.get("messages") or ()), "swap": swap}


def _in_sentence(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _attributes(bound: BoundField, extra: str) -> dict[str, str | bool]:
    widget = bound.field.widget
    kind = "form-select" if isinstance(widget, Select) else "form-control"
    if isinstance(widget, CheckboxInput):
        kind = "form-check-input"
    own = str(widget.attrs.get("class", ""))
    return {"class": " ".join(filter(None, (kind, own, extra, "is-invalid" if bound.errors else "")))}
