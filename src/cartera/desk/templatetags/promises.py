"""Promises, and who may do what with them, as template tags."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from cartera.desk.standing import standing_of
from cartera.desk.templatetags.cartera import page_now, promise_chip, reader
from cartera.kernel.actor import Actor
from cartera.promises.models import Promise

register = template.Library()


@register.simple_tag(takes_context=True)
def standing(context: Context, promise: Promise) -> SafeString:
    """The chip of a promise: its deadline, how long it is overdue, or what became of it."""
    found = standing_of(promise, page_now(context), reader())
    return promise_chip(found.look, found.text)


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str) -> bool:
    """Whether the role of who reads this page allows an action: `{% may "promise.keep" as may_keep %}`."""
    actor: Actor | None = context.get("actor")
    return actor is not None and actor.may(permission)
