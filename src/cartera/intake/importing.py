"""An import from end to end: a recipe and a folder of files, read, shaped, refused or loaded, and recorded as a run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from cartera.clock.models import Institution
from cartera.intake import refusals
from cartera.intake.actions import load, open_doors, set_up
from cartera.intake.actions_of_rows import keep_cells, settle
from cartera.intake.frames import PRODUCTS, Bank, Entity, EntityCounts, Newcomers, Progress, Setting, silent
from cartera.intake.kinds import FileKind, kind_of_file
from cartera.intake.mending import Cells, cells_of, mended, places, rows_to_mend, samples_of, stamp
from cartera.intake.queries import Database
from cartera.intake.reading import Place, ReadFiles, UnreadableFile, matching, read_files
from cartera.intake.recipe_file import RecipeError, read_recipe
from cartera.intake.recipes import Recipe
from cartera.intake.shaping import Shaped, shape
from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run
from cartera.kernel.runs import refuse, run_alone

CARDS = Path(__file__).with_name("vcard.toml")
"""How vCards are read: each person's are a source of their own, so that nobody's overwrite another's."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the run that recorded it (None for a dry run), counts of every entity, the refused rows.

    `samples` are the cells of a few refused rows of each kind, after a dry run.
    """

    run_id: int | None
    counts: Mapping[Entity, EntityCounts]
    refused: pl.DataFrame
    seconds: float
    samples: Sequence[Cells] = ()

    @property
    def total_refused(self) -> int:
        return sum(counts.refused for counts in self.counts.values())


def import_folder(
    *,
    actor: Actor,
    recipe_path: Path,
    folder: Place,
    dry_run: bool = False,
    progress: Progress = silent,
    newcomers: Newcomers | None = None,
    title: str = "",
    begun: Callable[[Run], None] = lambda run: None,
) -> Imported:
    """Load a folder of files, or the files themselves, through a recipe.

    Killed at any point, a repeat completes; done twice, it changes nothing. Raises RecipeError for a recipe that cannot
    be followed and UnreadableFile for a file none of whose lines can be trusted; a line or a value that is wrong is
    refused, and the rest is loaded. `dry_run` writes nothing at all. `newcomers` says where new people go whose branch or
    adviser no column says. `title` names the run, which `begun` hears of.
    """
    began = time.perf_counter()
    recipe = read_recipe(recipe_path, here())
    if recipe_path == CARDS and newcomers:
        recipe = replace(recipe, system=f"{recipe.system}-{newcomers.adviser_id}")
    if isinstance(folder, Path) and not folder.is_dir():
        raise UnreadableFile(_("{folder} is not a folder.").format(folder=folder))
    loading = partial(load, actor=actor, system=recipe.system, progress=progress, newcomers=newcomers)
    if dry_run:
        read = read_all(recipe, folder)
        shaped = shape(recipe, read, Database())
        loaded = loading(frames=shaped.frames, dry_run=True)
        return _imported(None, loaded, shaped, read, began)
    name = (title or f"{recipe.bank.name} · {_called(folder)}")[:180]
    with run_alone(Run.Kind.IMPORT, title=f"{name} · {_fingerprint(recipe, folder)}", asked_by=actor.name) as run:
        begun(run)
        read = read_all(recipe, folder)
        shaped = shape(recipe, read, Database())
        refuse(run, _refused_rows(run, shaped))
        keep_cells(run, cells_of(read, _listed(shaped)))
        set_up(actor=actor, setting=_setting(recipe))
        loaded = loading(frames=shaped.frames, run=run)
        open_doors(actor=actor, hours=recipe.hours)
        imported = _imported(run, loaded, shaped, read, began)
        run.summary = _summary(recipe, imported)
    return imported


def built_in_recipe(place: Place) -> Path:
    """The recipe for files that say by themselves what they hold. Raises RecipeError when one of them does not."""
    for path in matching(place, "*"):
        if kind_of_file(path) is not FileKind.VCARD:
            raise RecipeError(
                _("{file} needs a recipe: --recipe, or --propose to have one written.").format(file=path.name)
            )
    return CARDS


def here() -> Bank | None:
    """The bank that this installation serves already."""
    there = Institution.objects.filter(pk=1).first()
    return Bank(there.name, there.country, there.currency, there.zone, there.pinned_date) if there else None


def _called(place: Place) -> str:
    names = place.resolve().name if isinstance(place, Path) else ", ".join(path.name for path in place)
    return names[:100]


def import_mended(
    *, actor: Actor, recipe_path: Path, folder: Place, mends: Run, newcomers: Newcomers | None = None
) -> Imported:
    """Load the rows that an import refused, as they were mended since, and no other row. Raises as `import_folder` does.

    The rest of the files is read, for a row may lean on another, and is left alone. What is still refused is refused there.
    """
    began = time.perf_counter()
    recipe = read_recipe(recipe_path, here())
    rows = rows_to_mend(mends)
    title = f"{mends.title[:160]} · {stamp(rows)}"
    with run_alone(Run.Kind.IMPORT, title=title, asked_by=actor.name) as run:
        read = mended(read_all(recipe, folder), rows)
        shaped = shape(recipe, read, Database(), places(rows))
        loaded = load(actor=actor, frames=shaped.frames, system=recipe.system, run=run, newcomers=newcomers)
        settle(mends, run, rows, _listed(shaped))
        imported = _imported(run, loaded, shaped, read, began)
        run.summary = {**_summary(recipe, imported), "mends": mends.pk}
    return imported


def read_all(recipe: Recipe, folder: Place) -> dict[str, ReadFiles]:
    used = recipe.columns_used()
    return {name: read_files(folder, spec, used) for name, spec in recipe.files.items()}


def _imported(
    run: Run | None,
    loaded: Mapping[Entity, EntityCounts],
    shaped: Shaped,
    read: Mapping[str, ReadFiles],
    began: float,
) -> Imported:
    refused = _listed(shaped)
    samples = list(cells_of(read, samples_of(refused))) if run is None else []
    return Imported(run.pk if run else None, _counts(loaded, shaped), refused, time.perf_counter() - began, samples)


def _summary(recipe: Recipe, imported: Imported) -> dict[str, Any]:
    entities = {str(entity): asdict(one) for entity, one in imported.counts.items()}
    return {"system": recipe.system, "entities": entities}


def _setting(recipe: Recipe) -> Setting:
    products = pl.DataFrame([asdict(product) for product in recipe.products], schema=dict(PRODUCTS))
    return Setting(recipe.bank, products, first_branch=Entity.BRANCHES not in recipe.loads)


def _counts(loaded: Mapping[Entity, EntityCounts], shaped: Shaped) -> dict[Entity, EntityCounts]:
    """Every entity's counts, the refused rows among those read."""
    counts = {}
    for entity in Entity:
        taken, refused = loaded.get(entity, EntityCounts()), 0
        if entity in shaped.refused:
            refused = shaped.refused[entity].height
        counts[entity] = replace(taken, read=taken.read + refused, refused=refused)
    return counts


def _listed(shaped: Shaped) -> pl.DataFrame:
    """All refused rows, with their entity, in the order of loading."""
    parts = [bad.select(pl.lit(str(entity)).alias("entity"), pl.all()) for entity, bad in shaped.refused.items()]
    return pl.concat(parts) if parts else refusals.none().select(pl.lit("").alias("entity"), pl.all())


def _refused_rows(run: Run, shaped: Shaped) -> Iterator[RefusedRow]:
    return (RefusedRow(run=run, **row) for row in _listed(shaped).iter_rows(named=True))


def _fingerprint(recipe: Recipe, folder: Place) -> str:
    """Tells the same files through the same recipe, so that an import that was cut short is resumed, and another is not."""
    digest = hashlib.blake2b(recipe.path.read_bytes(), digest_size=4)
    for spec in recipe.files.values():
        for path in matching(folder, spec.pattern):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
