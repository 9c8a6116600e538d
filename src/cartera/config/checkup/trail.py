"""The audit trail and the keys that open what it keeps sealed."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.config.backups import shelf
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.restoring import clients_without_key
from cartera.config.backups.vault import BackupIsDamaged, PassphraseNeeded, Vault
from cartera.config.checkup.findings import Area, Finding, advice, fault
from cartera.kernel import keys, seals
from cartera.kernel.errors import Invalid
from cartera.kernel.models import Happening, Seal
from cartera.kernel.seals import Break, Flaw

PATIENCE_DAYS = 7
SHOWN = 5


def audit(kept_outside: Path | None = None) -> Area:
    """The chain of seals against the happenings, against the backups, and against seals that somebody outside kept."""
    findings = [*map(_told, seals.breaks()), *_against(_of_backups())]
    if kept_outside:
        findings += _against(read_seals(kept_outside))
    guards = seals.missing_guards()
    if guards:
        findings.append(
            fault(
                _("The guards that keep happenings final are gone: %(names)s.") % {"names": ", ".join(guards)},
                _("Find out who has the database in hand; put them back from a restored backup."),
            )
        )
    waiting = seals.days_unsealed(datetime.now(UTC))
    if waiting:
        tell = fault if waiting > PATIENCE_DAYS else advice
        findings.append(
            tell(
                ngettext("%(count)d day waits for its seal.", "%(count)d days wait for their seals.", waiting)
                % {"count": waiting},
                _("The worker of `cartera serve` seals them, and so do the night and a backup."),
            )
        )
    seen = _("%(happenings)d happenings, %(days)d days sealed") % {
        "happenings": Happening.objects.count(),
        "days": Seal.objects.count(),
    }
    return Area("audit", seen, tuple(findings))


def keyring() -> Area:
    """Whether every client with sealed content has its key, or was erased; and that nobody else reads the keys."""
    folder = Path(settings.CARTERA_KEYS)
    missing = clients_without_key(folder)
    findings = list(_readable_by_others(folder))
    if missing:
        shown = ", ".join(map(str, sorted(missing)[:SHOWN]))
        findings.append(
            fault(
                ngettext(
                    "The key of %(count)d client is missing, or is another (client %(shown)s).",
                    "The keys of %(count)d clients are missing, or are others (clients %(shown)s).",
                    len(missing),
                )
                % {"count": len(missing), "shown": shown},
                _("Put the copy of the keys in %(folder)s: without it, that part of the trail cannot be read.")
                % {"folder": folder},
            )
        )
    held = keys.held_in(folder)
    seen = _("%(kept)d keys, %(destroyed)d destroyed") % {
        "kept": sum(held.values()),
        "destroyed": len(held) - sum(held.values()),
    }
    return Area("keys", seen, tuple(findings))


def write_seals(file: Path) -> int:
    """Write every seal as lines, for somebody outside to keep; returns how many."""
    rows = Seal.objects.order_by("day").values_list("day", "happenings", "hash")
    lines = [json.dumps({"day": str(day), "happenings": count, "seal": hash_}) for day, count, hash_ in rows]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def read_seals(file: Path) -> dict[date, str]:
    """The seals of a file that `write_seals` wrote. Raises Invalid when it is none."""
    try:
        told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return {date.fromisoformat(seal["day"]): str(seal["seal"]) for seal in told}
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_("%(file)s is no file of seals.") % {"file": file}) from error


def _told(found: Break) -> Finding:
    day = {"day": found.day.isoformat(), "sealed": found.sealed, "found": found.found}
    match found.flaw:
        case Flaw.CHANGED:
            what = _("Of what happened on %(day)s something is not what was sealed: it was changed, or its seal was.")
        case Flaw.REMOVED:
            what = _("On %(day)s, %(sealed)d happenings were sealed and %(found)d are there: some were removed.")
        case Flaw.INSERTED:
            what = _(
                "On %(day)s or before, %(sealed)d happenings were sealed and %(found)d are there: some were slipped in."
            )
        case Flaw.SEAL_MISSING:
            what = _("The seal of %(day)s is missing.")
        case Flaw.SEAL_DIFFERS:
            what = _("The seal of %(day)s is not the one that was kept: the trail was written anew.")
    return fault(
        what % day, _("Keep this database as it is, and compare it with a backup: `cartera backup --compare`.")
    )


def _against(kept: dict[date, str]) -> list[Finding]:
    return [_told(found) for found in seals.differs_from(kept)]


def _of_backups() -> dict[date, str]:
    """The last seal that each backup remembers, of those that can be read without a passphrase."""
    kept = {}
    for folder in shelf.all_on(shelf.usual()):
        try:
            seal = Manifest.of(Vault.opened(folder)).last_seal
        except (PassphraseNeeded, BackupIsDamaged):
            continue
        if seal:
            kept[date.fromisoformat(seal[0])] = seal[1]
    return kept


def _readable_by_others(folder: Path) -> Iterator[Finding]:
    for path in [folder, *sorted(folder.glob("*"))] if folder.is_dir() else []:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield fault(
                _("Others may read %(path)s (its rights are %(mode)o).") % {"path": path, "mode": mode},
                f"chmod {'700' if path.is_dir() else '600'} {path}",
            )
