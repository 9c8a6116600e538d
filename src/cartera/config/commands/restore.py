"""Restore a backup into an empty home, and into the database of DATABASE_URL when it is set.

  cartera restore /mnt/copies/cartera-20261122T070000Z --into /srv/cartera
  cartera restore /mnt/copies --into /srv/beside       the newest one, beside the installation
  cartera restore /mnt/copies --keys /mnt/elsewhere    with the copy of the keys that `backup --keys` made

It refuses a home or a database that is not empty, a backup that is damaged, one that a newer version made, and one whose
sealed content could not be read because the keys are missing. Whatever database the backup was made of, it restores into
SQLite and into PostgreSQL. Afterwards the fingerprint of every table has been compared with the backup's.

Exit status: 0 restored, 1 refused; nothing is left half-way.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console

from cartera.config.backups.restoring import Restored, restore
from cartera.config.commands.backup import open_vault
from cartera.config.progress import progress_bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the backup, or where the newest one stands")
    parser.add_argument("--into", type=Path, metavar="HOME", help="the home to make (default: CARTERA_HOME)")
    parser.add_argument(
        "--keys", type=Path, metavar="FOLDER", help="a copy of the keys, when they are not in their place"
    )
    parser.add_argument("--without-keys", action="store_true", help="restore even if sealed content cannot be read")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="the file that holds the passphrase")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    vault = open_vault(options.folder, options.passphrase_file)
    with progress_bar(quiet=options.json) as progress:
        restored = restore(
            vault,
            into=(options.into or settings.CARTERA_HOME).expanduser().resolve(),
            keys_from=options.keys.expanduser().resolve() if options.keys else None,
            without_keys=options.without_keys,
            progress=progress,
        )
    if options.json:
        print(json.dumps(_told(vault.folder, restored)))  # noqa: T201
        return 0
    console = Console()
    told = {"home": restored.home, "rows": restored.manifest.rows, "files": len(restored.manifest.files)}
    console.print(
        _("[bold]%(home)s[/] is restored: %(rows)d rows and %(files)d files, the same as in the backup.") % told
    )
    if restored.keys_copied:
        console.print(_("The keys were copied to %(folder)s: remove them with this copy.") % {"folder": restored.keys})
    if restored.unreadable:
        console.print(_("Clients whose sealed content cannot be read: %(count)d.") % {"count": restored.unreadable})
    console.print(_("Now run `cartera check`, with CARTERA_HOME=%(home)s.") % told)
    return 0


def _told(folder: Path, restored: Restored) -> dict[str, object]:
    return {
        "folder": str(folder),
        "home": str(restored.home),
        "keys": str(restored.keys),
        "keys_copied": restored.keys_copied,
        "made_at": restored.manifest.made_at.isoformat(),
        "tables": len(restored.manifest.tables),
        "rows": restored.manifest.rows,
        "files": len(restored.manifest.files),
        "unreadable_clients": restored.unreadable,
        "same": True,
    }
