"""Addresses of the rulebook."""

from __future__ import annotations

from django.urls import path

from cartera.rulebook import views

app_name = "rulebook"

urlpatterns = [
    path("reglas", views.rulebook, name="rulebook"),
    path("reglas/retirar/<int:ruling_id>", views.take_back, name="take_back"),
    path("reglas/<slug:slug>", views.topic, name="topic"),
    path("reglas/<slug:slug>/<str:name>", views.setting, name="setting"),
]
