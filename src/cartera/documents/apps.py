from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cartera.documents"
    label = "documents"
