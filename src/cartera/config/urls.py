"""Addresses: each room brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cartera.desk import gate

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("cartera.desk.urls")),
    path("", include("cartera.api.urls")),
    path("", include("cartera.interactions.urls")),
    path("compromisos/", include("cartera.promises.urls")),
    path("idioma/", include("django.conf.urls.i18n")),
    *gate.urlpatterns,
]
