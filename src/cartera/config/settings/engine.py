"""The columnar engine: which one, how much memory it may take before it spills to disk, how many threads."""

import os

from django.core.exceptions import ImproperlyConfigured

CARTERA_ENGINE = os.environ.get("CARTERA_ENGINE", "duckdb")
if CARTERA_ENGINE != "duckdb":
    raise ImproperlyConfigured(f"CARTERA_ENGINE={CARTERA_ENGINE} is not an engine of this version: use duckdb.")
CARTERA_ENGINE_MEMORY = os.environ.get("CARTERA_ENGINE_MEMORY", "2GB")
CARTERA_ENGINE_THREADS = int(os.environ.get("CARTERA_ENGINE_THREADS", os.cpu_count() or 1))

__all__ = ["CARTERA_ENGINE", "CARTERA_ENGINE_MEMORY", "CARTERA_ENGINE_THREADS"]
