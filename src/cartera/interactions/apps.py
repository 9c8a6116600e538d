from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "cartera.interactions"
    label = "interactions"
