"""The hub of settings beside the page that is open, and both versions of what two people edited at once."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cartera.desk.administration import hub
from cartera.desk.context import here
from cartera.desk.editing import EditForm
from cartera.desk.templatetags.cartera import reader

register = template.Library()


@register.inclusion_tag("components/hub.html", takes_context=True)
def settings_hub(context: Context) -> dict[str, object]:
    """The sections that the reader may open, the one that is shown marked."""
    request = context["request"]
    return {"links": hub(request.actor, here(request), reader())}


@register.simple_tag
def edited_from(form: EditForm) -> SafeString:
    """The hidden fields that say from which version an edit began, and what stood in each field then."""
    begun = (form[name].as_hidden(only_initial=True) for name in form.fields if name != form.VERSION)
    return format_html_join("", "{}", ((field,) for field in (form[form.VERSION], *begun)))
