"""Write the API's schema to docs/openapi.json: `python tools/openapi.py`. A test says when the file is out of date."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def schema() -> str:
    """The schema as the file holds it: one key a line, so that a change shows in review."""
    from cartera.api.composition import api  # noqa: PLC0415 - the settings come first

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(FILE.parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
    import django

    django.setup()
    FILE.write_text(schema(), encoding="utf-8")
