"""What makes a telephone treat Cartera as an app: its manifest, its service worker, the page for when there is no line."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _

SHELL = (
    *(f"cartera/css/{name}.css" for name in ("tokens", "base", "layout", "components", "shell", "pages", "gate")),
    *(f"cartera/js/{name}.js" for name in ("theme", "app", "phone")),
    "cartera/vendor/tabler/tabler.min.css",
    "cartera/vendor/htmx/htmx.min.js",
    "cartera/vendor/icons.svg",
    "cartera/vendor/inter/inter-latin-opsz-normal.woff2",
    "cartera/favicon.svg",
)
"""The static files without which no page looks right."""
ICONS = {"cartera/icons/icon-192.png": "192x192", "cartera/icons/icon-512.png": "512x512"}
PAPER = "#f7f7f4"


def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker with the files of this version, at the root so that it looks after every page."""
    told = f"const VERSION = {json.dumps(version())};\nconst SHELL = {json.dumps([static(name) for name in SHELL])};\n"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(told + _content("cartera/js/sw.js").decode(), content_type="text/javascript", headers=headers)


def manifest(request: HttpRequest) -> HttpResponse:
    """How the app is called, where it begins and what it looks like on the telephone's first screen."""
    icons = [{"src": static(name), "sizes": sizes, "type": "image/png"} for name, sizes in ICONS.items()]
    told = {
        "name": "Cartera",
        "short_name": "Cartera",
        "description": _("Whom to serve today, why and how, and whether we kept our word."),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [*icons, {**icons[-1], "purpose": "maskable"}],
        "shortcuts": [
            {"name": _("My day"), "url": "/mi-dia"},
            {"name": _("Register a contact"), "url": "/registrar"},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def no_line(request: HttpRequest) -> HttpResponse:
    """What is shown without a line instead of a page that was not kept. It knows nobody."""
    return render(request, "no_line.html")


@cache
def version() -> str:
    """A print of the files that the telephone keeps: another one makes it fetch them anew."""
    print_of = hashlib.sha256()
    for name in (*SHELL, "cartera/js/sw.js"):
        print_of.update(_content(name))
    return print_of.hexdigest()[:12]


def _content(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()
