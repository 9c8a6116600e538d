"""Where an installation lives. `CARTERA_HOME` is all of it except the keys, which are never backed up with it."""

import os
from pathlib import Path

CARTERA_HOME = Path(os.environ.get("CARTERA_HOME", Path.home() / ".cartera")).expanduser().resolve()
CARTERA_KEYS = (
    Path(os.environ.get("CARTERA_KEYS", CARTERA_HOME.with_name(CARTERA_HOME.name + ".keys"))).expanduser().resolve()
)

__all__ = ["CARTERA_HOME", "CARTERA_KEYS"]
