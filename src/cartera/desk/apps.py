from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "cartera.desk"
    label = "desk"
