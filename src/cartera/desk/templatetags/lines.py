"""The lines of long lists as template tags: what a page repeats dozens of times is written at once, each word asked once."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cartera.clients.models import Client
from cartera.desk import formats
from cartera.desk.addresses import address_of
from cartera.desk.clients_list import Row
from cartera.desk.my_day import Line
from cartera.desk.templatetags.cartera import apart, channel_icon, found_in, icon, page_now, promise_chip, reader, tier

register = template.Library()


@register.simple_tag(takes_context=True)
def client_lines(context: Context, rows: Sequence[Row], currency: str) -> SafeString:
    """The lines of Clientes: what is known of each client, and where it is opened and ticked."""
    now, locale = page_now(context), reader()
    tick, assets, contact, never = _("Tick %(name)s"), _("Assets"), _("Contact"), _("never")
    nothing_owed = format_html('<span class="c-dim c-small">{}</span>', _("nothing owed"))
    new = format_html('<span class="c-dim c-small">{}</span>', _("new"))

    def fields(row: Row) -> tuple[object, ...]:
        client = row.client
        last = client.last_contact_at.astimezone(now.tzinfo) if client.last_contact_at else None
        return (
            *(client.pk, tick % {"name": client.name}, address_of("desk:client", client.pk), found_in(row.name)),
            *(found_in(row.identifier), found_in(row.phone), tier(client.tier) if client.tier else new),
            *(_adviser(client), assets, formats.amount(client.assets_minor, currency, locale, "never")),
            apart(client),
            *("c-t-late" if row.quiet else "c-sub", contact, formats.ago(last, now, locale) if last else never),
            promise_chip(row.due.look, row.due.text) if row.due else nothing_owed,
        )

    return format_html_join("", _CLIENT, map(fields, rows))


_CLIENT = (
    '<tr><td class="c-hide"><input class="form-check-input" type="checkbox" name="client" value="{}" form="bulk"'
    ' aria-label="{}" data-pick></td><td class="c-m0"><a class="c-name" href="{}" data-walk>{}</a></td>'
    '<td class="c-small c-sub c-nowrap c-hide">{}</td><td class="c-small c-sub c-nowrap c-m2">{}</td>'
    '<td class="c-r c-m1">{}</td><td class="c-small c-sub c-nowrap c-hide">{}</td>'
    '<td class="c-num c-med c-r c-m3" data-l="{}">{}{}</td><td class="c-small c-nowrap {} c-m4" data-l="{}">{}</td>'
    '<td class="c-r c-m5">{}</td></tr>'
)


def _adviser(client: Client) -> str:
    return client.adviser.name if client.adviser else ""


@register.simple_tag(takes_context=True)
def contact_line(context: Context, line: Line, currency: str, read_only: bool) -> SafeString:
    """A contact of Mi día: when, how, with whom and why, what it is worth and, for whoever works with it, what to do."""
    item, locale = line.item, reader()
    waits = item.waits_minor > 0
    minor, unit = (item.waits_minor, _("if left for tomorrow")) if waits else (item.value_minor, _("expected"))
    return format_html(
        _CONTACT,
        *(formats.clock(line.starts), formats.minutes(item.minutes), item.get_channel_display()),
        *(channel_icon(item.channel), line.url, item.client.name, tier(item.client.tier) if item.client.tier else ""),
        promise_chip(line.chip.look, line.chip.text) if line.chip else "",
        *(line.why, _instead_of(line), _meta(line), formats.money(minor, currency, locale, "never"), unit),
        "" if read_only else _to_do(line),
    )


_CONTACT = (
    '<div class="c-item-time">{}<small>{}</small></div><span class="c-ch" title="{}">{}</span><div class="c-item-main">'
    '<div class="c-item-name"><a href="{}">{}</a>{}{}</div><p class="c-item-why">{}</p>{}{}</div>'
    '<div class="c-item-val">{}<small>{}</small></div>{}'
)


def _instead_of(line: Line) -> str:
    """For whom the contact is made, when that is not one's own client."""
    if not line.instead_of:
        return ""
    mark = icon("transfer", "s")
    return format_html('<p class="c-item-meta"><span>{} <b class="c-med">{}</b></span></p>', mark, line.instead_of)


def _meta(line: Line) -> str:
    told = format_html_join("", "<span>{}</span>", ((words,) for words in line.meta))
    return format_html('<p class="c-item-meta">{}</p>', told) if told else ""


def _to_do(line: Line) -> SafeString:
    """The one verb of the contact, and the menu of everything else."""
    item, drawn = line.item, channel_icon(line.item.channel, "s")
    if line.reach.href:
        start = address_of("desk:start", item.pk)
        verb = format_html(_TAP, line.reach.href, start, drawn, line.reach.verb)
    else:
        verb = format_html(_REGISTER, line.register_url, line.register_url, drawn, line.reach.verb)
    more = format_html("{} {}", _("More actions for"), item.client.name)
    return format_html(_ACTIONS, verb, address_of("desk:menu", item.pk), more, icon("dots", "s"))


_TAP = '<a class="btn btn-sm c-btn" href="{}" data-start="{}">{}{}</a>'
_REGISTER = (
    '<a class="btn btn-sm c-btn" href="{}" hx-get="{}" hx-target="#register"'
    ' hx-swap="outerHTML show:#register:top">{}{}</a>'
)
_ACTIONS = (
    '<div class="c-item-act">{}<button class="btn btn-sm c-btn-quiet c-btn-icon" type="button" popovertarget="item-menu"'
    ' hx-get="{}" hx-target="#item-menu" hx-swap="innerHTML" aria-label="{}">{}</button></div>'
)
