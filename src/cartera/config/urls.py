"""Addresses: each room brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cartera.desk import gate

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("cartera.desk.urls")),
    path("", include("cartera.api.urls")),
    path("", include("cartera.documents.urls")),
    path("", include("cartera.interactions.urls")),
    path("", include("cartera.intake.urls")),
    path("", include("cartera.team.urls")),
    path("administracion/", include("cartera.clock.urls")),
    path("administracion/", include("cartera.rulebook.urls")),
    path("administracion/", include("cartera.products.urls")),
    path("agenda/", include("cartera.agenda.urls")),
    path("clientes/", include("cartera.clients.urls")),
    path("compromisos/", include("cartera.promises.urls")),
    path("eventos", include("cartera.events.urls")),
    path("modelos/", include("cartera.service.urls")),
    path("idioma/", include("django.conf.urls.i18n")),
    *gate.urlpatterns,
]
