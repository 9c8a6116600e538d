from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "cartera.clients"
    label = "clients"

    def ready(self) -> None:
        from cartera.clients import checks  # noqa: F401, PLC0415 - registers itself once the apps are loaded
