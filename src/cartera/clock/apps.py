from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "cartera.clock"
    label = "clock"
