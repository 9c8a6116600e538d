"""Papers as template tags."""

from __future__ import annotations

from typing import Any

from django import template

from cartera.documents.views import uploading as limits

register = template.Library()


@register.simple_tag
def uploading() -> dict[str, Any]:
    """How much may be brought at once, for the form that brings papers."""
    return limits()
