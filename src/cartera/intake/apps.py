from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "cartera.intake"
    label = "intake"
