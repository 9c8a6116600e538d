"""Addresses of the calendar of the institution."""

from __future__ import annotations

from django.urls import path

from cartera.clock import views

app_name = "clock"

urlpatterns = [
    path("institucion", views.the_institution, name="institution"),
    path("feriados", views.holidays, name="holidays"),
    path("feriados/nuevo", views.add_holiday, name="add_holiday"),
    path("feriados/<int:day_off_id>/quitar", views.cancel_holiday, name="cancel_holiday"),
]
