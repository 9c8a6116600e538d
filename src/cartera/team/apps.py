from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "cartera.team"
    label = "team"
