"""Addresses of papers."""

from __future__ import annotations

from django.urls import path

from cartera.documents import views

app_name = "documents"

urlpatterns = [
    path("clientes/<int:client_id>/papeles", views.of_client, name="of_client"),
    path("papeles/<int:document_id>", views.content, name="content"),
    path("papeles/<int:document_id>/vista", views.preview, name="preview"),
    path("papeles/<int:document_id>/quitar", views.remove, name="remove"),
]
