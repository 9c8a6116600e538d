"""A recipe followed: files become tables, tables become the entities' frames, and what cannot is refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake import refusals
from cartera.intake.checks import Checker, Known
from cartera.intake.frames import SCHEMAS, Entity
from cartera.intake.picking import picked
from cartera.intake.reading import ReadFiles
from cartera.intake.recipe_file import RecipeError
from cartera.intake.recipes import Join, Layout, Recipe, Source, slots_of
from cartera.intake.refusals import FILE, LINE
from cartera.intake.values import Context, Evaluation, Failure, UnknownColumn, column_of, holds, label

_COUNT = "rows_of_key_"


@dataclass(frozen=True, slots=True)
class Shaped:
    """Frames ready to load, and what was refused of each entity, in the order of its files and lines."""

    frames: Mapping[Entity, pl.DataFrame]
    refused: Mapping[Entity, pl.DataFrame]


def shape(recipe: Recipe, files: Mapping[str, ReadFiles], known: Known) -> Shaped:
    """Follow a recipe over what its files say. `known` answers what the database has already.

    Every row of a source is in a frame or among the refused. Raises RecipeError when the recipe asks for a column that is
    not there.
    """
    kitchen = _Kitchen(recipe, files)
    for source in recipe.tables.values():
        kitchen.make_table(source)
    frames: dict[Entity, pl.DataFrame] = {}
    refused: dict[Entity, pl.DataFrame] = {}
    checker = Checker(recipe, known)
    for entity, sources in recipe.loads.items():
        made = [kitchen.make_entity(entity, source) for source in sources]
        rows = pl.concat([rows for rows, _failed, _refused in made], how="diagonal")
        failed = pl.concat([failed for _rows, failed, _refused in made], how="diagonal")
        labels = {name: label(value) for source in sources for name, value in source.columns.items()}
        good, bad = checker.check(entity, rows, failed, labels)
        frames[entity] = good.drop(FILE, LINE)
        refused[entity] = pl.concat(
            [bad, *(refused for _rows, _failed, refused in made), *kitchen.refused_of(entity)]
        ).sort("file", "line", maintain_order=True)
    return Shaped(frames, refused)


class _Kitchen:
    """The tables made so far, and what was refused while making each."""

    def __init__(self, recipe: Recipe, files: Mapping[str, ReadFiles]) -> None:
        self.recipe = recipe
        self.tables = {name: file.rows for name, file in files.items()}
        self.refused = {name: file.refused for name, file in files.items()}
        self.blamed = {name: _blamed(recipe, name) for name in (*recipe.files, *recipe.tables)}

    def refused_of(self, entity: Entity) -> list[pl.DataFrame]:
        """What was refused on the way to the tables that this entity answers for."""
        return [bad for name, bad in self.refused.items() if self.blamed[name] == entity]

    def make_table(self, source: Source) -> None:
        frame, failures = self._ingredients(source)
        evaluation = Evaluation(frame, self._context(source), failures)
        with _told(self.recipe, f"tables.{source.name}"):
            for name, value in source.columns.items():
                evaluation.frame = evaluation.frame.with_columns(evaluation.column(value).alias(name))
            rows, _failed, bad = _divided(evaluation.frame, failures)
            for name in source.pick.per if source.pick else ():
                column_of(rows, name)
        self.tables[source.name] = picked(rows, source.pick) if source.pick else rows
        self.refused[source.name] = bad

    def make_entity(self, entity: Entity, source: Source) -> Divided:
        frame, failures = self._ingredients(source)
        evaluation = Evaluation(frame, self._context(source), failures)
        schema = SCHEMAS[entity]
        columns: dict[str, pl.Series] = {}
        with _told(self.recipe, source.name):
            if "currency" in schema:
                columns["currency"] = self._currency(evaluation, source)
            for name, value in source.columns.items():
                if name not in columns:
                    columns[name] = evaluation.typed(
                        value, schema[name], columns.get("currency"), money=name.endswith("_minor")
                    )
        made = frame.select(FILE, LINE).with_columns(**columns)
        return _divided(made, failures)

    def _currency(self, evaluation: Evaluation, source: Source) -> pl.Series:
        """Money has a currency: the row's, else the bank's."""
        if "currency" not in source.columns:
            return pl.Series([self.recipe.bank.currency]).new_from_index(0, evaluation.frame.height)
        said = evaluation.typed(source.columns["currency"], pl.String)
        return said.fill_null(self.recipe.bank.currency)

    def _ingredients(self, source: Source) -> tuple[pl.DataFrame, list[Failure]]:
        """The rows that a source starts from, joined, and the failures of its joins."""
        if not source.origin:
            return pl.DataFrame(
                {FILE: [self.recipe.path.name], LINE: [0]}, schema={FILE: pl.String, LINE: pl.Int64}
            ), []
        frame, failures = self.tables[source.origin], list[Failure]()
        place = source.name if source.name not in self.recipe.tables else f"tables.{source.name}"
        with _told(self.recipe, place):
            frame = frame.filter(holds(source.where, frame))
            if source.unless.allowed:
                frame = frame.filter(~holds(source.unless, frame))
            for join in source.joins:
                frame = self._joined(frame, source, join)
                failures += _join_failures(frame, join)
        return frame, failures

    def _joined(self, frame: pl.DataFrame, source: Source, join: Join) -> pl.DataFrame:
        other = self.tables[join.table]
        keys = {f"{join.alias}.{theirs}": column_of(other, theirs).cast(pl.String) for _ours, theirs in join.on}
        prefix = f"{join.alias}."
        wanted = _columns_of(source, prefix) - set(keys)
        taken = {prefix + name: column_of(other, name) for name in sorted(one.removeprefix(prefix) for one in wanted)}
        right = pl.DataFrame({**keys, **taken})
        count = pl.len().over(list(keys)).alias(prefix + _COUNT)
        right = right.with_columns(count).unique(list(keys), keep="first", maintain_order=True)
        ours = [
            column_of(frame, ours).cast(pl.String).alias(f"on_{number}")
            for number, (ours, _theirs) in enumerate(join.on)
        ]
        names = [one.name for one in ours]
        return (
            frame.with_columns(ours)
            .join(right, left_on=names, right_on=list(keys), how="left", maintain_order="left", coalesce=False)
            .drop(names)
        )

    def _context(self, source: Source) -> Context:
        origin = source.origin
        while origin in self.recipe.tables:
            origin = self.recipe.tables[origin].origin
        layout = self.recipe.files[origin].layout if origin else Layout()
        return Context(layout, self.recipe.bank.zone, self.recipe.bank.currency, self.recipe.codes)


def _blamed(recipe: Recipe, origin: str) -> Entity | None:
    """The entity among whose refused rows a line of this file or table counts: the last one made straight of it, or else
    the last one made of a table that is, or that is joined to it."""
    straight = [entity for entity, sources in recipe.loads.items() if any(one.origin == origin for one in sources)]
    if straight:
        return straight[-1]
    made_of_it = [table.name for table in recipe.tables.values() if table.origin == origin]
    joined = [table.name for table in recipe.tables.values() if origin in {join.table for join in table.joins}]
    for name in (*made_of_it, *joined):
        if entity := _blamed(recipe, name):
            return entity
    beside = [e for e, sources in recipe.loads.items() if any(origin == j.table for one in sources for j in one.joins)]
    return beside[-1] if beside else None


def _join_failures(frame: pl.DataFrame, join: Join) -> list[Failure]:
    ours = [name for name, _theirs in join.on]
    count = frame[f"{join.alias}.{_COUNT}"]
    said = frame.select(
        pl.concat_str(*(pl.col(name).cast(pl.String) for name in ours), separator=", ", ignore_nulls=True)
    )
    lost = Failure(
        count.is_null(), ", ".join(ours), said.to_series(), _("No row of “{table}” has it.").format(table=join.table)
    )
    torn = Failure(
        (count > 1).fill_null(value=False),
        ", ".join(ours),
        said.to_series(),
        _("Several rows of “{table}” have it.").format(table=join.table),
    )
    return [torn] if join.optional else [lost, torn]


def _columns_of(source: Source, prefix: str) -> set[str]:
    names = {slot.column for value in source.columns.values() for slot in slots_of(value)}
    names |= {ours for join in source.joins for ours, _theirs in join.on}
    if source.pick:
        pick = source.pick
        names |= {*pick.per, pick.order, pick.account, pick.balance, pick.amount}
    return {name for name in names if name.startswith(prefix)}


Divided = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def _divided(frame: pl.DataFrame, failures: list[Failure]) -> Divided:
    """The rows that failed in nothing, the others, and these as refused for the first thing in which they failed."""
    standing = pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    refused = [refusals.none()]
    for failure in failures:
        fails = standing & failure.rows
        if fails.any():
            standing &= ~fails
            rows = frame.select(FILE, LINE).with_columns(said_=failure.said).filter(fails)
            refused.append(refusals.of_rows(rows, failure.column, pl.col("said_"), pl.lit(failure.reason)))
    return frame.filter(standing), frame.filter(~standing), pl.concat(refused)


class _told:
    """An unknown column becomes a recipe's error that says where it was asked for."""

    def __init__(self, recipe: Recipe, place: str) -> None:
        self.recipe, self.place = recipe, place

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UnknownColumn):
            raise RecipeError(
                _("{file}: {place}: there is no column “{name}” there").format(
                    file=self.recipe.path.name, place=self.place, name=error.args[0]
                )
            ) from error
