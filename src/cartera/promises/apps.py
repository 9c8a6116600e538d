from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "cartera.promises"
    label = "promises"
