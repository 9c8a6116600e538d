"""The product's settings on a scratch home; `DATABASE_URL` moves the same tests to PostgreSQL."""

import os
import tempfile

_scratch = tempfile.mkdtemp(prefix="cartera-tests-")
os.environ["CARTERA_HOME"] = os.path.join(_scratch, "home")
os.environ["CARTERA_KEYS"] = os.path.join(_scratch, "keys")
os.environ.setdefault("CARTERA_SECRET_KEY", "only-for-tests")
os.environ["CARTERA_JOBS"] = "now"
os.environ["CARTERA_PROCESSES"] = "1"
os.makedirs(os.environ["CARTERA_HOME"])

from cartera.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
