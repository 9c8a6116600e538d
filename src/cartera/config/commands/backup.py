"""Back up the running installation, and prove the backup by restoring it into a scratch place.

  cartera backup                           into CARTERA_BACKUPS (default: "backups" in CARTERA_HOME)
  cartera backup --to /mnt/copies --keep 14 --encrypt --keys /mnt/elsewhere
  cartera backup --verify /mnt/copies      prove the newest one that stands there, once more
  cartera backup --compare /mnt/copies     what is different here since

A backup holds the database, the Parquet files, documents and recipes. It never holds the keys: whoever takes it cannot
read what is sealed about clients. Keep a copy of them elsewhere, with --keys. With --encrypt, or when
CARTERA_BACKUP_PASSPHRASE_FILE names a file, nobody reads it without the passphrase.

Exit status: 0 done, 1 failed, 4 the comparison found differences.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.config.backups import comparing, making, shelf
from cartera.config.backups.comparing import Compared, Verdict
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.proving import prove
from cartera.config.backups.vault import PassphraseNeeded, Vault
from cartera.config.progress import progress_bar
from cartera.kernel.errors import Invalid

DIFFERENT = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to put it (default: CARTERA_BACKUPS)")
    parser.add_argument("--keep", type=_at_least_one, metavar="N", help="keep the newest N there and remove the others")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="copy the keys too, into a folder that is apart")
    parser.add_argument("--encrypt", action="store_true", help="encrypt it with a passphrase")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="the file that holds the passphrase")
    parser.add_argument("--verify", type=Path, metavar="FOLDER", help="make none: restore this one in a scratch place")
    parser.add_argument("--compare", type=Path, metavar="FOLDER", help="make none: compare this one with what is here")
    parser.add_argument("--scheduled", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    if options.verify:
        return _verify(options)
    if options.compare:
        return _compare(options)
    keep, keys = options.keep or 0, options.keys
    if options.scheduled:
        keep = settings.CARTERA_BACKUP_KEEP
        keys = Path(settings.CARTERA_BACKUP_KEYS) if settings.CARTERA_BACKUP_KEYS else None
    with progress_bar(quiet=options.json) as progress:
        backup = making.make(
            (options.to or shelf.usual()).expanduser().absolute(),
            asked_by="schedule" if options.scheduled else "cartera backup",
            passphrase=passphrase(options.passphrase_file, ask=options.encrypt, twice=True),
            keep=keep,
            keys=keys.expanduser().absolute() if keys else None,
            progress=progress,
        )
    told = making.told(backup)
    if options.json:
        print(json.dumps(told))  # noqa: T201
        return 0
    console = Console()
    console.print(_("[bold]%(folder)s[/] is whole: it was restored in a scratch place and is the same.") % told)
    console.print(_("%(rows)d rows of %(tables)d tables, %(files)d files, %(bytes)d bytes, %(seconds)s s.") % told)
    for name in backup.pruned:
        console.print(_("Removed: %(name)s.") % {"name": name})
    if backup.keys:
        console.print(_("The keys are in %(folder)s: keep them apart from the backup.") % {"folder": backup.keys})
    else:
        console.print(_("It holds no keys: copy them elsewhere with --keys, or what is sealed cannot be read again."))
    return 0


def passphrase(file: Path | None, *, ask: bool, twice: bool = False) -> str:
    """The passphrase: from a file, the environment or the person at the keyboard; empty when there is none.

    Raises Invalid when it is asked for and there is nobody to ask, or when it is empty or not said twice alike.
    """
    file = file or settings.CARTERA_BACKUP_PASSPHRASE_FILE
    if file:
        given = file.expanduser().read_text(encoding="utf-8").strip()
        if not given:
            raise Invalid(_("%(file)s is empty: write the passphrase in it.") % {"file": file})
        return given
    if given := os.environ.get("CARTERA_BACKUP_PASSPHRASE", ""):
        return given
    if not ask:
        return ""
    if not sys.stdin.isatty():
        raise Invalid(_("Give the passphrase with --passphrase-file, or in CARTERA_BACKUP_PASSPHRASE."))
    given = getpass.getpass(_("Passphrase: "))
    if not given or (twice and getpass.getpass(_("Once more: ")) != given):
        raise Invalid(_("The passphrase was empty, or not the same twice."))
    return given


def open_vault(given: Path, file: Path | None) -> Vault:
    """The backup that a folder means, opened; the person at the keyboard is asked only when it is encrypted."""
    folder = shelf.chosen(given.expanduser().absolute())
    try:
        return Vault.opened(folder, passphrase(file, ask=False))
    except PassphraseNeeded:
        if file or not sys.stdin.isatty():
            raise
        return Vault.opened(folder, passphrase(None, ask=True))


def _verify(options: argparse.Namespace) -> int:
    vault = open_vault(options.verify, options.passphrase_file)
    manifest = Manifest.of(vault)
    with progress_bar(quiet=options.json) as progress:
        prove(vault, manifest, progress)
    if options.json:
        print(json.dumps({"folder": str(vault.folder), "verified": True, "rows": manifest.rows}))  # noqa: T201
    else:
        Console().print(
            _("[bold]%(folder)s[/] is whole: it was restored in a scratch place and is the same.")
            % {"folder": vault.folder}
        )
    return 0


def _compare(options: argparse.Namespace) -> int:
    vault = open_vault(options.compare, options.passphrase_file)
    manifest = Manifest.of(vault)
    with progress_bar(quiet=options.json) as progress:
        compared = comparing.compare(manifest, progress)
    same = all(table.verdict is Verdict.SAME for table in compared)
    if options.json:
        told = {"folder": str(vault.folder), "made_at": manifest.made_at.isoformat(), "same": same}
        print(json.dumps({**told, "tables": [asdict(table) for table in compared]}))  # noqa: T201
    else:
        Console().print(_table(manifest, compared))
    return 0 if same else DIFFERENT


def _table(manifest: Manifest, compared: list[Compared]) -> Table:
    words = {
        Verdict.SAME: _("the same"),
        Verdict.CHANGED: _("[bold]different[/]"),
        Verdict.ONLY_HERE: _("only here"),
        Verdict.ONLY_THERE: _("only in the backup"),
    }
    table = Table(
        title=_("Backup of %(instant)s and this installation") % {"instant": f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"}
    )
    table.add_column(_("table"))
    for heading in (_("in the backup"), _("here")):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in compared:
        table.add_row(row.table, f"{row.kept:,}", f"{row.here:,}", words[row.verdict])
    return table


def _at_least_one(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of backups to keep: give 1 or more")
