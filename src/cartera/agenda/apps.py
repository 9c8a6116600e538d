from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "cartera.agenda"
    label = "agenda"
