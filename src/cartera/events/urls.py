"""Addresses of events."""

from __future__ import annotations

from django.urls import path

from cartera.events import views

app_name = "events"

urlpatterns = [path("", views.events, name="events")]
