"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from cartera.api.composition import api
from cartera.api.health import health

urlpatterns = [
    path("api/v1/", api.urls),
    path("health", health, name="health"),
]
