from django.apps import AppConfig


class RoofConfig(AppConfig):
    name = "cartera.config"
    label = "roof"

    def ready(self) -> None:
        from cartera.config import subscriptions  # noqa: PLC0415 - the rooms are loaded only now

        subscriptions.hang()
