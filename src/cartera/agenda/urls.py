"""Addresses of plans outside the pages."""

from __future__ import annotations

from django.urls import path

from cartera.agenda import views

app_name = "agenda"

urlpatterns = [path("<str:token>.ics", views.plan_ics, name="plan_ics")]
