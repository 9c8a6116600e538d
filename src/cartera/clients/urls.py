"""Addresses of clients that may be one."""

from __future__ import annotations

from django.urls import path

from cartera.clients import views

app_name = "clients"

urlpatterns = [
    path("parecidos", views.resembled, name="resembled"),
    path("duplicados", views.duplicates, name="duplicates"),
    path("duplicados/buscar", views.search, name="search_duplicates"),
    path("duplicados/<int:pair_id>/distintas", views.distinct, name="distinct"),
    path("<int:client_id>/duplicados", views.of_client, name="duplicates_of"),
    path("<int:client_id>/unir/<int:other_id>", views.merge, name="merge"),
    path("uniones/<int:merge_id>/separar", views.unmerge, name="unmerge"),
]
