"""Spanish first, English complete. Instants are UTC in storage and in the branch's zone on screen."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

LANGUAGE_CODE = os.environ.get("CARTERA_LANGUAGE", "es")
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

__all__ = ["LANGUAGES", "LANGUAGE_CODE", "LANGUAGE_COOKIE_SAMESITE", "LOCALE_PATHS", "TIME_ZONE", "USE_I18N", "USE_TZ"]
