"""Addresses of service models."""

from __future__ import annotations

from django.urls import path

from cartera.service import views

app_name = "service"

urlpatterns = [
    path("", views.models, name="models"),
    path("nuevo", views.new, name="new"),
    path("dibujo", views.drawing, name="drawing"),
    path("<int:model_id>", views.model, name="model"),
    path("<int:model_id>/editar", views.edit, name="edit"),
    path("<int:model_id>/siguiente", views.next_version, name="next_version"),
    path("<int:model_id>/prueba", views.trial, name="trial"),
    path("<int:model_id>/activar", views.activate, name="activate"),
    path("<int:model_id>/volver", views.put_back, name="put_back"),
    path("<int:model_id>/descartar", views.discard, name="discard"),
]
