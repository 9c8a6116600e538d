from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "cartera.kernel"
    label = "kernel"
