"""The web entry, for any WSGI server. What is loaded by then stays; the collector need not walk it at every request."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()
