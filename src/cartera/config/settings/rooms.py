"""The rooms, ground floor first."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "cartera.kernel",
    "cartera.clock",
    "cartera.engine",
    "cartera.team",
    "cartera.products",
    "cartera.clients",
    "cartera.interactions",
    "cartera.promises",
    "cartera.value",
    "cartera.service",
    "cartera.events",
    "cartera.agenda",
    "cartera.results",
    "cartera.intake",
    "cartera.desk",
    "cartera.api",
    "cartera.config",
]

__all__ = ["INSTALLED_APPS"]
