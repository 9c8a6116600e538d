"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from cartera.desk import client_views, clients_views, day_views, run_views, search, showcase, team_views, views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("mi-dia", day_views.page, name="my_day"),
    path("mi-dia/plan", day_views.plan, name="plan"),
    path("mi-dia/replanificar", day_views.replan, name="replan"),
    path("mi-dia/contactos/<int:item_id>/cuenta", day_views.account, name="account"),
    path("mi-dia/contactos/<int:item_id>/menu", day_views.menu, name="menu"),
    path("mi-dia/contactos/<int:item_id>/empezar", day_views.start, name="start"),
    path("mi-dia/contactos/<int:item_id>/fijar", day_views.pin, name="pin"),
    path("mi-dia/contactos/<int:item_id>/soltar", day_views.release, name="release"),
    path("mi-dia/sin-lugar/<int:unplaced_id>/colocar", day_views.place, name="place"),
    path("buscar", search.search, name="search"),
    path("clientes", clients_views.clients, name="clients"),
    path("clientes.csv", clients_views.clients_csv, name="clients_csv"),
    path("clientes/nuevo", clients_views.new_client, name="new_client"),
    path("clientes/<int:client_id>", client_views.client, name="client"),
    path("clientes/<int:client_id>/historia", client_views.story, name="client_story"),
    path("clientes/<int:client_id>/compromisos", client_views.promises, name="client_promises"),
    path("clientes/<int:client_id>/deseos", client_views.wishes, name="client_wishes"),
    path("clientes/<int:client_id>/nivel", client_views.tier, name="client_tier"),
    path("clientes/<int:client_id>/nivel/politica", client_views.end_override, name="client_tier_policy"),
    path("clientes/<int:client_id>/eventos/<int:event_id>", client_views.act_on_event, name="event_act"),
    path("clientes/<int:client_id>/eventos/<int:event_id>/descartar", client_views.dismiss_event, name="event_dismiss"),
    path("deshacer/<int:happening_id>", views.undo_happening, name="undo"),
    path("equipo", team_views.team, name="team"),
    path("noches", run_views.nights, name="nights"),
    path("noches/ejecutar", run_views.run_night, name="run_night"),
    path("noches/<int:run_id>", run_views.nights, name="night"),
    path("importaciones", run_views.imports, name="imports"),
    path("importaciones/<int:run_id>", run_views.import_run, name="import"),
    path("importaciones/<int:run_id>/rechazadas.csv", run_views.refused_csv, name="refused"),
    path("componentes", showcase.components, name="components"),
]
