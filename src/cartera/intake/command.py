"""Load a core system's files through a recipe.

  cartera import --recipe recipes/berka.toml FOLDER --dry-run
  cartera import --recipe recipes/berka.toml FOLDER --refused to-correct.csv

A recipe says how files and columns become branches, staff, clients, holdings and movements; recipes/README.md teaches how
to write one. Begin with --dry-run: it reads and checks everything, says what would be created, updated and refused, and
writes nothing. What cannot be loaded is refused row by row, with its file, line, column, value and reason, and the rest is
loaded. The same files again change nothing; an import that was cut short is completed by running it again.

Exit status: 0 nothing was refused, 3 some rows were, 1 it failed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.config.installation import prepare
from cartera.config.progress import progress_bar
from cartera.intake.frames import Entity, EntityCounts
from cartera.intake.importing import Imported, import_folder
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.sheets import harmless

IMPORTER = Actor.system("cartera import", "import.*", "institution.found", "team.set_hours", "service.*")
REFUSED_ROWS = 3
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder with the files")
    parser.add_argument("--recipe", type=Path, required=True, metavar="FILE", help="how to read them (TOML)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    parser.add_argument("--refused", type=Path, metavar="FILE.csv", help="write the refused rows to this file")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    if options.refused and not Path(options.refused).resolve().parent.is_dir():
        raise Invalid(_("There is no folder for %(file)s.") % {"file": options.refused})
    prepare()
    with progress_bar(quiet=options.json) as report:

        def tell(entity: Entity, done: int, total: int) -> None:
            report(str(entity), done, total)

        imported = import_folder(
            actor=IMPORTER,
            recipe_path=options.recipe,
            folder=options.folder,
            dry_run=options.dry_run,
            progress=tell,
        )
    if options.refused:
        _for_a_spreadsheet(imported.refused).write_csv(options.refused)
    if options.json:
        print(json.dumps(_as_json(imported), ensure_ascii=False))  # noqa: T201
    else:
        _show(imported, dry_run=options.dry_run)
    return REFUSED_ROWS if imported.total_refused else 0


def _for_a_spreadsheet(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(pl.String).map_elements(harmless, return_dtype=pl.String))


def _as_json(imported: Imported) -> dict[str, object]:
    entities: Mapping[str, dict[str, int]] = {str(entity): asdict(counts) for entity, counts in imported.counts.items()}
    return {"job": imported.run_id, "entities": entities, "seconds": round(imported.seconds, 3)}


def _show(imported: Imported, *, dry_run: bool) -> None:
    console = Console()
    table = Table(title=_("What would happen; nothing was written") if dry_run else _("What happened"))
    for heading in ("", _("read"), _("created"), _("updated"), _("unchanged"), _("refused")):
        table.add_column(heading, justify="right" if heading else "left")
    for entity, counts in imported.counts.items():
        if counts != EntityCounts():
            table.add_row(str(entity), *(f"{number:,}" for number in asdict(counts).values()))
    console.print(table)
    for row in imported.refused.head(SHOWN).iter_rows(named=True):
        place = f"{row['file']}:{row['line']}"
        console.print(f"[bold]{place}[/] {row['column']} [dim]{row['value']!r}[/] {row['reason']}", highlight=False)
    if imported.total_refused > SHOWN:
        console.print(_("… and {n} more: --refused FILE.csv writes them all.").format(n=imported.total_refused - SHOWN))
