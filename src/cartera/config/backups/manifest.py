"""What a backup says of itself: when, by which version, which tables with which fingerprints, which files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cartera.config.backups.tables import Fingerprint
from cartera.config.backups.vault import BackupIsDamaged, Stored, Vault

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` are those that had been applied, as "app.name"."""

    made_at: datetime
    cartera: str
    database: str
    institution: str
    migrations: tuple[str, ...]
    tables: Mapping[str, Fingerprint]
    stored_tables: Mapping[str, Stored]
    files: Mapping[str, Stored]
    last_seal: tuple[str, str] | None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def size(self) -> int:
        """Bytes of all that is stored."""
        return sum(stored.size for stored in (*self.stored_tables.values(), *self.files.values()))

    def as_json(self) -> bytes:
        told = {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "cartera": self.cartera,
            "database": self.database,
            "institution": self.institution,
            "last_seal": self.last_seal,
            "migrations": self.migrations,
            "tables": {
                name: {**asdict(table), "stored": asdict(self.stored_tables[name])}
                for name, table in self.tables.items()
            },
            "files": {name: asdict(stored) for name, stored in self.files.items()},
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    @classmethod
    def of(cls, vault: Vault) -> Manifest:
        """The manifest of a backup that is there. Raises BackupIsDamaged when there is none that this version reads."""
        try:
            told = json.loads(vault.read(NAME))
            if told["format"] != FORMAT:
                raise BackupIsDamaged(_("Another version of Cartera made this backup: restore it with that one."))
            return cls._read(told)
        except FileNotFoundError as error:
            raise BackupIsDamaged(
                _("%(folder)s is no backup, or one that was never finished.") % {"folder": vault.folder}
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupIsDamaged(_("%(file)s is damaged: it cannot be read.") % {"file": NAME}) from error

    @classmethod
    def _read(cls, told: dict[str, Any]) -> Manifest:
        seal = told["last_seal"]
        return cls(
            made_at=datetime.fromisoformat(told["made_at"]),
            cartera=told["cartera"],
            database=told["database"],
            institution=told["institution"],
            migrations=tuple(told["migrations"]),
            tables={name: Fingerprint(table["rows"], table["sha256"]) for name, table in told["tables"].items()},
            stored_tables={name: Stored(**table["stored"]) for name, table in told["tables"].items()},
            files={name: Stored(**stored) for name, stored in told["files"].items()},
            last_seal=(seal[0], seal[1]) if seal else None,
        )
