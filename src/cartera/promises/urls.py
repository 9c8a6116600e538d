"""Addresses of promises."""

from __future__ import annotations

from django.urls import path

from cartera.promises import views

app_name = "promises"

urlpatterns = [
    path("nuevo", views.make, name="make"),
    path("<int:promise_id>/cumplir", views.keep, name="keep"),
    path("<int:promise_id>/renegociar", views.renegotiate, name="renegotiate"),
    path("<int:promise_id>/retirar", views.withdraw, name="withdraw"),
]
