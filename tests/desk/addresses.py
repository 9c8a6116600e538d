"""Addresses enough for the frame, so that it is tested apart from the screens that it surrounds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from cartera.desk import gate, showcase


def anywhere(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


desk = [
    path("", anywhere, name="home"),
    path("mi-dia", anywhere, name="my_day"),
    path("clientes", anywhere, name="clients"),
    path("clientes/<str:key>", anywhere, name="client"),
    path("equipo", anywhere, name="team"),
    path("buscar", anywhere, name="search"),
    path("componentes", showcase.components, name="components"),
]

urlpatterns = [
    path("", include((desk, "desk"))),
    path("idioma/", include("django.conf.urls.i18n")),
    *gate.urlpatterns,
]
