from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "cartera.events"
    label = "events"
