from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "cartera.service"
    label = "service"
