"""Load a core system's files through a recipe, or propose one for files that nobody has described.

  cartera import FILE… --propose my-bank.toml
  cartera import --recipe recipes/berka.toml FOLDER --dry-run
  cartera import --recipe recipes/berka.toml FOLDER --refused to-correct.csv
  cartera import contacts.vcf --for lucia

A recipe says how files and columns become branches, staff, clients, holdings and movements; recipes/README.md teaches how
to write one. CSV, XLSX and Parquet are read, and vCards without a recipe. --propose looks at the files and writes a
recipe, with how sure it is of each guess and why.

Begin with --dry-run: it reads and checks everything, says what would be created, updated and refused, and writes nothing.
What cannot be loaded is refused row by row, with its file, line, column, value and reason, and the rest is loaded. The
same files again change nothing; an import that was cut short is completed by running it again.

Exit status: 0 nothing was refused, 3 some rows were (or some file has no proposal), 1 it failed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from cartera.config.installation import prepare
from cartera.config.progress import progress_bar
from cartera.intake.command_words import show_imported, show_proposal
from cartera.intake.frames import Entity, Newcomers
from cartera.intake.importing import Imported, built_in_recipe, here, import_folder
from cartera.intake.proposing import propose
from cartera.intake.proposing.banks import likely_bank
from cartera.intake.reading import Place, matching
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.sheets import harmless
from cartera.team.models import Staff

IMPORTER = Actor.system(
    "cartera import", "import.*", "institution.found", "team.set_hours", "team.open_branch", "service.*"
)
REFUSED_ROWS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a folder with the files, or the files")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--recipe", type=Path, metavar="RECIPE.toml", help="how to read them; vCards need none")
    how.add_argument(
        "--propose", type=Path, metavar="RECIPE.toml", help="look at them and write how to read them there"
    )
    parser.add_argument(
        "--for", dest="person", metavar="USER", help="whose clients the new ones are, where no column says"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    parser.add_argument("--refused", type=Path, metavar="FILE.csv", help="write the refused rows to this file")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    for written in filter(None, (options.refused, options.propose)):
        if not Path(written).resolve().parent.is_dir():
            raise Invalid(_("There is no folder for %(file)s.") % {"file": written})
    prepare()
    files = options.files
    place = files[0] if len(files) == 1 and files[0].is_dir() else _listed(files)
    if options.propose:
        return _propose(place, options)
    with progress_bar(quiet=options.json) as report:

        def tell(entity: Entity, done: int, total: int) -> None:
            report(str(entity), done, total)

        imported = import_folder(
            actor=IMPORTER,
            recipe_path=options.recipe or built_in_recipe(place),
            folder=place,
            dry_run=options.dry_run,
            progress=tell,
            newcomers=_newcomers(options.person) if options.person else None,
        )
    if options.refused:
        _for_a_spreadsheet(imported.refused).write_csv(options.refused)
    if options.json:
        print(json.dumps(_as_json(imported), ensure_ascii=False))  # noqa: T201
    else:
        show_imported(imported, dry_run=options.dry_run)
    return REFUSED_ROWS if imported.total_refused else 0


def _listed(files: Sequence[Path]) -> list[Path]:
    """The files, those of folders among them. Raises Invalid for one that is not there, and for two of one name."""
    listed = [
        one for path in files for one in (sorted(path.iterdir()) if path.is_dir() else [path]) if not one.is_dir()
    ]
    for path in listed:
        if not path.is_file():
            raise Invalid(_("There is no file %(file)s.") % {"file": path})
    names = [path.name for path in listed]
    if twice := {name for name in names if names.count(name) > 1}:
        raise Invalid(_("Two files are called %(file)s.") % {"file": min(twice)})
    return listed


def _newcomers(username: str) -> Newcomers:
    staff = Staff.objects.filter(sign_in__username__iexact=username, active=True).first()
    if staff is None:
        raise Invalid(_("Nobody here signs in as %(user)s.") % {"user": username})
    return Newcomers(branch_id=staff.branch_id, adviser_id=staff.pk)


def _propose(place: Place, options: argparse.Namespace) -> int:
    """Write what the files seem to be; exit status 3 when some of them, or a part of one, is left out."""
    proposal = propose(matching(place, "*"))
    if here() is None:
        proposal = proposal.with_bank(likely_bank(proposal))
    options.propose.write_text(proposal.recipe_toml(), encoding="utf-8")
    if options.json:
        print(json.dumps(proposal.as_json(), ensure_ascii=False))  # noqa: T201
    else:
        show_proposal(proposal, options.propose)
    whole = all(file.entity and not file.problem for file in proposal.files) and not proposal.missing()
    return 0 if whole else REFUSED_ROWS


def _for_a_spreadsheet(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(pl.String).map_elements(harmless, return_dtype=pl.String))


def _as_json(imported: Imported) -> dict[str, object]:
    entities: Mapping[str, dict[str, int]] = {str(entity): asdict(counts) for entity, counts in imported.counts.items()}
    return {"job": imported.run_id, "entities": entities, "seconds": round(imported.seconds, 3)}
