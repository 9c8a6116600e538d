"""Requests, templates, static files and mail."""

import os
from pathlib import Path

from cartera.config.settings.home import CARTERA_HOME

ROOT_URLCONF = "cartera.config.urls"
WSGI_APPLICATION = "cartera.config.wsgi.application"

MIDDLEWARE = [
    "cartera.api.metrics.MetricsMiddleware",
    "cartera.config.middleware.RealAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cartera.config.middleware.RequestNameMiddleware",
    "cartera.api.middleware.ProblemMiddleware",
    "cartera.config.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cartera.config.middleware.InstitutionLanguageMiddleware",
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

FORM_RENDERER = "cartera.desk.controls.ControlWriter"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("CARTERA_STATIC", CARTERA_HOME / "static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86400
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CARTERA_METRICS_TOKEN = os.environ.get("CARTERA_METRICS_TOKEN", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_242_880
FILE_UPLOAD_TEMP_DIR = CARTERA_HOME / "incoming"  # beside where files end up, so that keeping one is a rename
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # a home that is not founded yet has no such folder

MAIL_TO_FILES = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_BACKEND = os.environ.get(
    "CARTERA_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if os.environ.get("CARTERA_SMTP_HOST") else MAIL_TO_FILES,
)
EMAIL_FILE_PATH = CARTERA_HOME / "outgoing-mail"
EMAIL_HOST = os.environ.get("CARTERA_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("CARTERA_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("CARTERA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CARTERA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = os.environ.get("CARTERA_FROM_EMAIL", "cartera@localhost")

__all__ = [
    "CARTERA_METRICS_TOKEN",
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_USE_TLS",
    "FILE_UPLOAD_TEMP_DIR",
    "FORM_RENDERER",
    "MAIL_TO_FILES",
    "MESSAGE_STORAGE",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "SILENCED_SYSTEM_CHECKS",
    "STATIC_ROOT",
    "STATIC_URL",
    "TEMPLATES",
    "WHITENOISE_MAX_AGE",
    "WHITENOISE_USE_FINDERS",
    "WSGI_APPLICATION",
]
