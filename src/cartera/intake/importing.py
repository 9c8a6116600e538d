"""An import from end to end: a recipe and a folder of files, read, shaped, refused or loaded, and recorded as a run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake import refusals
from cartera.intake.actions import load, open_doors, set_up
from cartera.intake.frames import PRODUCTS, Entity, EntityCounts, Progress, Setting, silent
from cartera.intake.queries import Database
from cartera.intake.reading import UnreadableFile, read_files
from cartera.intake.recipe_file import read_recipe
from cartera.intake.recipes import Recipe
from cartera.intake.shaping import Shaped, shape
from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run
from cartera.kernel.runs import refuse, run_alone


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the run that recorded it (None for a dry run), counts of every entity, the refused rows."""

    run_id: int | None
    counts: Mapping[Entity, EntityCounts]
    refused: pl.DataFrame
    seconds: float

    @property
    def total_refused(self) -> int:
        return sum(counts.refused for counts in self.counts.values())


def import_folder(
    *, actor: Actor, recipe_path: Path, folder: Path, dry_run: bool = False, progress: Progress = silent
) -> Imported:
    """Load a folder of files through a recipe. Killed at any point, a repeat completes; done twice, it changes nothing.

    Raises RecipeError for a recipe that cannot be followed and UnreadableFile for a file none of whose lines can be
    trusted; a line or a value that is wrong is refused, and the rest is loaded. `dry_run` writes nothing at all.
    """
    began = time.perf_counter()
    recipe = read_recipe(recipe_path)
    if not folder.is_dir():
        raise UnreadableFile(_("{folder} is not a folder.").format(folder=folder))
    if dry_run:
        shaped = _shaped(recipe, folder)
        loaded = load(actor=actor, frames=shaped.frames, system=recipe.system, progress=progress, dry_run=True)
        return Imported(None, _counts(loaded, shaped), _listed(shaped), time.perf_counter() - began)
    title = f"{recipe.bank.name} · {folder.resolve().name} · {_fingerprint(recipe, folder)}"
    with run_alone(Run.Kind.IMPORT, title=title, asked_by=actor.name) as run:
        shaped = _shaped(recipe, folder)
        refuse(run, _refused_rows(run, shaped))
        set_up(actor=actor, setting=_setting(recipe))
        loaded = load(actor=actor, frames=shaped.frames, system=recipe.system, run=run, progress=progress)
        open_doors(actor=actor, hours=recipe.hours)
        counts = _counts(loaded, shaped)
        run.summary = {
            "system": recipe.system,
            "entities": {str(entity): asdict(one) for entity, one in counts.items()},
        }
    return Imported(run.pk, counts, _listed(shaped), time.perf_counter() - began)


def _shaped(recipe: Recipe, folder: Path) -> Shaped:
    used = recipe.columns_used()
    return shape(recipe, {name: read_files(folder, spec, used) for name, spec in recipe.files.items()}, Database())


def _setting(recipe: Recipe) -> Setting:
    products = pl.DataFrame([asdict(product) for product in recipe.products], schema=dict(PRODUCTS))
    return Setting(recipe.bank, products)


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


def _refused_rows(run: Run, shaped: Shaped) -> list[RefusedRow]:
    return [RefusedRow(run=run, **row) for row in _listed(shaped).iter_rows(named=True)]


def _fingerprint(recipe: Recipe, folder: Path) -> str:
    """Tells the same files through the same recipe, so that an import that was cut short is resumed, and another is not."""
    digest = hashlib.blake2b(recipe.path.read_bytes(), digest_size=4)
    for spec in recipe.files.values():
        for path in sorted(folder.glob(spec.pattern)):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
