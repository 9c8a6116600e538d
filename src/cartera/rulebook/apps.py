from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "cartera.rulebook"
    label = "rulebook"
