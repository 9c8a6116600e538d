"""Addresses of the API and of its screens."""

from __future__ import annotations

from django.urls import include, path

from cartera.api import views
from cartera.api.composition import api
from cartera.api.health import health
from cartera.api.metrics import metrics

screens = [
    path("cuenta/tokens", views.tokens, name="tokens"),
    path("cuenta/tokens/<int:token_id>/revocar", views.revoke_token, name="revoke_token"),
    path("administracion/tokens", views.all_tokens, name="all_tokens"),
    path("administracion/tokens/<int:token_id>/revocar", views.revoke_any_token, name="revoke_any_token"),
    path("administracion/webhooks", views.all_webhooks, name="webhooks"),
    path("administracion/webhooks/nuevo", views.new_webhook, name="new_webhook"),
    path("administracion/webhooks/<int:webhook_id>", views.one_webhook, name="webhook"),
    path("administracion/webhooks/<int:webhook_id>/cambiar", views.change_webhook, name="change_webhook"),
    path("administracion/webhooks/<int:webhook_id>/pausar", views.pause_webhook, name="pause_webhook"),
    path("administracion/webhooks/<int:webhook_id>/reanudar", views.resume_webhook, name="resume_webhook"),
    path("administracion/webhooks/<int:webhook_id>/secreto", views.rotate_secret, name="rotate_secret"),
    path("administracion/webhooks/<int:webhook_id>/probar", views.try_webhook, name="try_webhook"),
    path("administracion/webhooks/<int:webhook_id>/envios/<int:delivery_id>", views.one_delivery, name="delivery"),
    path("administracion/webhooks/<int:webhook_id>/envios/<int:delivery_id>/repetir", views.replay, name="replay"),
]
urlpatterns = [
    path("api/v1/", api.urls),
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("", include((screens, "api_screens"))),
]
