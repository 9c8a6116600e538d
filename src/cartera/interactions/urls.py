"""Addresses of contacts."""

from __future__ import annotations

from django.urls import path

from cartera.interactions import views

app_name = "interactions"

urlpatterns = [
    path("registrar", views.register, name="register"),
    path("registrar/cliente", views.choose, name="choose"),
    path("registrar/cumple", views.kept_by_it, name="kept_by_it"),
]
