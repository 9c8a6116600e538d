"""Requests, templates, static files and mail."""

import os
from pathlib import Path

from cartera.config.settings.home import CARTERA_HOME

ROOT_URLCONF = "cartera.config.urls"
WSGI_APPLICATION = "cartera.config.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cartera.config.middleware.RequestNameMiddleware",
    "cartera.api.middleware.ProblemMiddleware",
    "cartera.config.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cartera.config.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cartera.config.middleware.ErrorPageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "cartera.desk.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "cartera.desk.templatetags.cartera",
                "cartera.desk.templatetags.drawings",
            ],
        },
    },
]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("CARTERA_STATIC", CARTERA_HOME / "static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86400
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_242_880

EMAIL_BACKEND = os.environ.get(
    "CARTERA_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("CARTERA_SMTP_HOST")
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = CARTERA_HOME / "outgoing-mail"
EMAIL_HOST = os.environ.get("CARTERA_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("CARTERA_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("CARTERA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CARTERA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = os.environ.get("CARTERA_FROM_EMAIL", "cartera@localhost")

__all__ = [
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_USE_TLS",
    "MESSAGE_STORAGE",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "STATIC_ROOT",
    "STATIC_URL",
    "TEMPLATES",
    "WHITENOISE_MAX_AGE",
    "WHITENOISE_USE_FINDERS",
    "WSGI_APPLICATION",
]
