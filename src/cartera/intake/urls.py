"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from cartera.intake import views
from cartera.intake.uploads import views as uploads

app_name = "intake"

urlpatterns = [
    path("importaciones", views.imports, name="imports"),
    path("importaciones/nueva", uploads.new, name="new"),
    path("importaciones/subidas/<int:upload_id>", uploads.upload, name="upload"),
    path("importaciones/subidas/<int:upload_id>/columnas", uploads.match, name="match"),
    path("importaciones/subidas/<int:upload_id>/con-receta", uploads.follow, name="follow"),
    path("importaciones/subidas/<int:upload_id>/cargar", uploads.load, name="load"),
    path("importaciones/subidas/<int:upload_id>/detener", uploads.stop, name="stop"),
    path("importaciones/subidas/<int:upload_id>/descartar", uploads.discard, name="discard"),
    path("importaciones/subidas/<int:upload_id>/receta", uploads.save_recipe, name="save_recipe"),
    path("importaciones/<int:run_id>", views.run, name="run"),
    path("importaciones/<int:run_id>/rechazadas.csv", views.refused_csv, name="refused"),
    path("importaciones/<int:run_id>/corregidas", views.bring_back, name="bring_back"),
    path("importaciones/<int:run_id>/deshacer", views.undo, name="undo"),
    path("importaciones/<int:run_id>/filas/<int:row_id>", views.mend, name="mend"),
    path("importaciones/<int:run_id>/filas/<int:row_id>/descartar", views.discard_row, name="discard_row"),
]
