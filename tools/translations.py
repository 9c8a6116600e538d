"""Keep the Spanish of every room complete: each room has its own `locale/es`.

  python tools/translations.py update    extract what is new, compile
  python tools/translations.py check     fail, and say where, when something is missing or stale

Needs GNU gettext (`apt-get install gettext`).
"""

from __future__ import annotations

import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command
from django.core.management.commands.makemessages import Command

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "cartera"
Command.msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]
CATALOG = Path("locale/es/LC_MESSAGES/django.po")


def main(verb: str) -> int:
    if verb == "update":
        for room in rooms(PACKAGE):
            extract(room)
            compiled(room / CATALOG, room / CATALOG.with_suffix(".mo"))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(PACKAGE, Path(scratch) / "cartera"))
        found = [problem for room in rooms(copy) for problem in problems(room)]
    print(*(found or ["Every text has its Spanish."]), sep="\n")
    return 1 if found else 0


def rooms(package: Path) -> list[Path]:
    return sorted(folder.parent for folder in package.glob("*/__init__.py"))


def extract(room: Path) -> None:
    """Bring a room's catalogue up to date. A text that changed has no Spanish again, rather than a guess."""
    (room / "locale" / "es").mkdir(parents=True, exist_ok=True)
    here = Path.cwd()
    os.chdir(room)
    try:
        call_command(
            "makemessages", locale=["es"], no_location=True, no_obsolete=True, verbosity=0, ignore_patterns=["static"]
        )
    finally:
        os.chdir(here)
    if not (room / CATALOG).exists():
        shutil.rmtree(room / "locale")


def problems(room: Path) -> list[str]:
    """What is wrong with a room's catalogue, after extracting its texts anew."""
    before = messages(room / CATALOG.with_suffix(".mo"))
    extract(room)
    if not (room / CATALOG).exists():
        return []
    found = []
    for flag, told in (("--untranslated", "has no Spanish"), ("--only-fuzzy", "has a doubtful Spanish")):
        listed = subprocess.run(
            ["msgattrib", flag, str(room / CATALOG)], capture_output=True, text=True, check=True
        ).stdout
        texts = [line for line in listed.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
        found += [f"{room.name}: {line.removeprefix('msgid ')} {told}" for line in texts]
    fresh = room / "fresh.mo"
    compiled(room / CATALOG, fresh)
    if messages(fresh) != before:
        found.append(f"{room.name}: its compiled catalogue is stale; run `python tools/translations.py update`")
    return found


def compiled(catalog: Path, to: Path) -> None:
    if catalog.exists():
        subprocess.run(["msgfmt", "-o", str(to), str(catalog)], check=True)


def messages(compiled_catalog: Path) -> dict[object, str]:
    if not compiled_catalog.exists():
        return {}
    with compiled_catalog.open("rb") as file:
        catalog: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in catalog.items() if key != ""}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
    django.setup()
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
