"""Backups: where they go, when the workers make one, how many stay, and the passphrase that encrypts them.

`CARTERA_BACKUP_HOUR` is the hour of the institution's clock from which on its workers make the day's backup; empty for
never. `CARTERA_BACKUP_PASSPHRASE_FILE` names a file, readable by its owner alone, with the passphrase in it.
"""

import os
from pathlib import Path

from cartera.config.settings.jobs import hour

CARTERA_BACKUPS = os.environ.get("CARTERA_BACKUPS", "")
CARTERA_BACKUP_HOUR = hour(os.environ.get("CARTERA_BACKUP_HOUR", ""), "CARTERA_BACKUP_HOUR")
CARTERA_BACKUP_KEEP = int(os.environ.get("CARTERA_BACKUP_KEEP", "14"))
CARTERA_BACKUP_KEYS = os.environ.get("CARTERA_BACKUP_KEYS", "")
CARTERA_BACKUP_PASSPHRASE_FILE = (
    Path(os.environ["CARTERA_BACKUP_PASSPHRASE_FILE"]) if os.environ.get("CARTERA_BACKUP_PASSPHRASE_FILE") else None
)

__all__ = [
    "CARTERA_BACKUPS",
    "CARTERA_BACKUP_HOUR",
    "CARTERA_BACKUP_KEEP",
    "CARTERA_BACKUP_KEYS",
    "CARTERA_BACKUP_PASSPHRASE_FILE",
]
