from django.apps import AppConfig


class ValueConfig(AppConfig):
    name = "cartera.value"
    label = "value"
