from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "cartera.engine"
    label = "engine"
