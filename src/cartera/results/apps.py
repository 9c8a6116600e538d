from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "cartera.results"
    label = "results"
