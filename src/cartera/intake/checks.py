"""What our tables can hold, asked of every row before it is loaded: a row that a constraint would stop is refused in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from zoneinfo import available_timezones

import polars as pl
from django.db import connection, models
from django.utils.translation import gettext as _

from cartera.clients.models import Client, ContactPoint, Holding, Household, Relationship, StandingOrder, Wishes
from cartera.intake import refusals
from cartera.intake.frames import KEYS, REFERENCES, REQUIRED, Entity
from cartera.intake.recipes import Recipe
from cartera.intake.refusals import FILE, LINE
from cartera.interactions.models import Interaction
from cartera.team.models import Branch, SignIn, Staff


class Known(Protocol):
    """What the database has already."""

    def keys(self, entity: Entity) -> pl.Series: ...

    def product_keys(self) -> pl.Series: ...

    def identifiers(self) -> pl.DataFrame:
        """`identifier_kind`, `identifier` and the `key` of the client that has it."""

    def usernames(self) -> pl.DataFrame:
        """`username` in lower case, and the `key` of the member of staff who has it, null for nobody."""

    def clients_of_others(self, system: str) -> pl.Series:
        """Keys of clients that other systems know, and this one does not."""


@dataclass(frozen=True, slots=True)
class Check:
    """Rows for which `fails` holds are refused, with this column and reason."""

    column: str
    fails: pl.Expr
    reason: pl.Expr

    @classmethod
    def that(cls, column: str, fails: pl.Expr, reason: str) -> Check:
        return cls(column, fails, pl.lit(reason))


@dataclass(slots=True)
class Checker:
    """Checks the entities in their order, and remembers which keys were taken and which refused, for those that follow."""

    recipe: Recipe
    known: Known
    taken: dict[Entity, pl.Series] = field(default_factory=dict)
    refused: dict[Entity, pl.DataFrame] = field(default_factory=dict)

    def check(
        self, entity: Entity, rows: pl.DataFrame, failed: pl.DataFrame, labels: Mapping[str, str]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that may be loaded, and the others refused.

        `failed` are those that were refused before; `labels` name our columns as the source does.
        """
        good, bad = _sifted(rows, [*_own_checks(entity, rows), *self._duplicates(entity, rows)], labels)
        lost = [bad]
        for checks in (self._strangers, self._references):
            good, bad = _sifted(good, checks(entity, good), labels)
            lost.append(bad)
        if entity is Entity.BRANCHES and "parent" in rows.columns:
            good, orphans = self._orphans(good, labels)
            lost += orphans
        if "key" in rows.columns:
            self.taken[entity] = good["key"]
            gone = pl.concat([one.select(FILE, LINE, "key") for one in (failed, rows)])
            gone = gone.filter(~pl.col("key").is_in(good["key"].implode()))
            self.refused[entity] = gone.unique("key", keep="first", maintain_order=True)
        return good, pl.concat(lost)

    def _duplicates(self, entity: Entity, rows: pl.DataFrame) -> Iterator[Check]:
        yield _once(KEYS[entity], _("The same key stands on line {line} of {file}."))
        if entity is Entity.CLIENTS and "identifier" in rows.columns:
            kind = ("identifier_kind",) if "identifier_kind" in rows.columns else ()
            yield _once(
                (*kind, "identifier"),
                _("The client on line {line} of {file} has the same identifier."),
                last="identifier",
            )
        if entity is Entity.STAFF and "username" in rows.columns:
            yield _once(("username",), _("The person on line {line} of {file} has the same user name."))

    def _strangers(self, entity: Entity, rows: pl.DataFrame) -> Iterator[Check]:
        """Rows that would take the place of somebody else's in the database."""
        if entity is Entity.CLIENTS:
            others = self.known.clients_of_others(self.recipe.system)
            if len(others):
                reason = _("A client of another system has this key.")
                yield Check.that("key", pl.col("key").is_in(others.implode()), reason)
            if "identifier" in rows.columns:
                yield from self._taken_identifiers(rows)
        if entity is Entity.STAFF and "username" in rows.columns:
            there = self.known.usernames()
            asked = rows.select(username=pl.col("username").str.to_lowercase(), own=pl.col("key"))
            theirs = asked.join(there, on="username", how="left", maintain_order="left", validate="m:1")
            stolen = (theirs["key"].is_not_null() & (theirs["key"] != theirs["own"])).fill_null(value=False)
            yield Check.that("username", pl.lit(stolen), _("Somebody else has this user name."))

    def _taken_identifiers(self, rows: pl.DataFrame) -> Iterator[Check]:
        there = self.known.identifiers().rename({"key": "theirs"})
        kind = pl.col("identifier_kind").fill_null("") if "identifier_kind" in rows.columns else pl.lit("")
        asked = rows.select("key", "identifier", identifier_kind=kind)
        found = asked.join(there, on=["identifier_kind", "identifier"], how="left", maintain_order="left")
        taken = (found["theirs"].is_not_null() & (found["theirs"] != found["key"])).fill_null(value=False)
        if taken.any():
            yield Check.that("identifier", pl.lit(taken), _("Another client has this identifier."))

    def _references(self, entity: Entity, rows: pl.DataFrame) -> Iterator[Check]:
        for column, target in REFERENCES[entity].items():
            if column in rows.columns and target is not entity:
                yield from self._reference(column, target, rows[column], self.taken.get(target))
        if entity is Entity.HOLDINGS:
            ours = pl.Series([product.key for product in self.recipe.products], dtype=pl.String)
            reason = _("There is no product with this key.")
            yield Check.that(
                "product", ~pl.col("product").is_in(pl.concat([ours, self.known.product_keys()]).implode()), reason
            )

    def _reference(self, column: str, target: Entity, asked: pl.Series, taken: pl.Series | None) -> Iterator[Check]:
        missing = asked.is_not_null() & ~asked.is_in((taken if taken is not None else asked.clear()).implode())
        if not missing.any():
            return
        missing &= ~asked.is_in(self.known.keys(target).implode())
        fails = pl.lit(missing)
        if target in self.refused:
            gone = self.refused[target].select(pl.col("key").alias(column), parent_file=FILE, parent_line=LINE)
            parent = pl.DataFrame({column: asked}).join(gone, on=column, how="left", maintain_order="left")
            words = _("It belongs to a row that was refused: line {line} of {file}.")
            told = parent.select(_filled(words, pl.col("parent_line"), pl.col("parent_file"))).to_series()
            yield Check(column, fails & pl.lit(told.is_not_null()), pl.lit(told))
        yield Check.that(column, fails, _("There is no such row among the {entity}.").format(entity=_words(target)))

    def _orphans(self, rows: pl.DataFrame, labels: Mapping[str, str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """Branches whose parent is not there, or that lie under themselves; the branches below them go with them."""
        there = set(self.known.keys(Entity.BRANCHES))
        parents = dict(zip(rows["key"], rows["parent"], strict=True))
        lost, circles = set(), set()
        for branch in parents:
            line, at = [branch], parents[branch]
            while at is not None and at in parents and at not in line:
                line.append(at)
                at = parents[at]
            if at in line:
                circles.add(branch)
            elif at is not None and at not in there:
                lost.add(branch)
        checks = [
            Check.that("parent", pl.col("key").is_in(sorted(circles)), _("It lies under itself.")),
            Check.that("parent", pl.col("key").is_in(sorted(lost)), _("A branch above it is not there.")),
        ]
        good, bad = _sifted(rows, checks, labels)
        return good, [bad]


def _sifted(
    rows: pl.DataFrame, checks: Iterator[Check] | list[Check], labels: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that pass every check, and the others refused by the first that they fail."""
    listed = list(checks)
    if not listed or rows.is_empty():
        return rows, refusals.none()
    first = pl.coalesce(pl.when(check.fails).then(pl.lit(number, pl.Int32)) for number, check in enumerate(listed))
    failed = rows.with_columns(failed_=first, number_=pl.int_range(pl.len()))
    refused = [refusals.none()]
    for number in failed["failed_"].drop_nulls().unique().sort():
        check = listed[number]
        told = failed.with_columns(reason_=check.reason).filter(pl.col("failed_") == number)
        name = labels.get(check.column) or check.column
        refused.append(refusals.of_rows(told, name, pl.col(check.column), pl.col("reason_")))
    return failed.filter(pl.col("failed_").is_null()).drop("failed_", "number_"), pl.concat(refused)


def _once(columns: tuple[str, ...], words: str, last: str = "") -> Check:
    """All but the first of the rows that share these columns; an empty last column is shared by nobody."""
    repeated = ~pl.struct(columns).is_first_distinct() & pl.col(columns[-1]).is_not_null()
    first_line, first_file = (pl.col(name).first().over(columns) for name in (LINE, FILE))
    return Check(last or columns[0], repeated, _filled(words, first_line, first_file))


def _filled(words: str, line: pl.Expr, file: pl.Expr) -> pl.Expr:
    """The words with their {line} and {file}, row by row."""
    shown: list[Any] = [line.cast(pl.String), file]
    order = sorted(range(2), key=lambda one: words.index(("{line}", "{file}")[one]))
    return pl.format(words.replace("{line}", "{}").replace("{file}", "{}"), *(shown[one] for one in order))


def _own_checks(entity: Entity, rows: pl.DataFrame) -> Iterator[Check]:
    """What can be said of a row by itself: the limits of the table's columns, and what its columns are to each other."""
    given = [name for name in rows.columns if name not in (FILE, LINE)]
    for name in REQUIRED[entity]:
        fails = pl.col(name).is_null()
        yield Check.that(
            name, fails | (pl.col(name) == "") if rows[name].dtype == pl.String else fails, _("It is empty.")
        )
    for name in given:
        yield from _limits(entity, name)
    for needed, check in _relations(entity):
        if needed <= set(given):
            yield check


_OWN_TABLE: Mapping[Entity, tuple[type[models.Model], ...]] = {
    Entity.BRANCHES: (Branch,),
    Entity.STAFF: (Staff, SignIn),
    Entity.CLIENTS: (Client, Wishes),
    Entity.RELATIONSHIPS: (Relationship,),
    Entity.HOLDINGS: (Holding,),
    Entity.STANDING_ORDERS: (StandingOrder,),
    Entity.INTERACTIONS: (Interaction,),
}
_ELSEWHERE: Mapping[str, tuple[type[models.Model], str]] = {
    "household_name": (Household, "name"),
    "household": (Household, "key"),
    "phone": (ContactPoint, "value"),
    "address": (ContactPoint, "value"),
}


def _field(entity: Entity, column: str) -> models.Field[Any, Any] | None:
    """The table's field behind a column, if it is one of ours by that name and not a reference."""
    if entity is Entity.CLIENTS and column in _ELSEWHERE:
        model, name = _ELSEWHERE[column]
        return model._meta.get_field(name)  # type: ignore[return-value]
    for model in _OWN_TABLE.get(entity, ()):
        for one in model._meta.concrete_fields:
            if one.name == column and not one.is_relation:
                return one
    return None


def _limits(entity: Entity, column: str) -> Iterator[Check]:
    one = _field(entity, column)
    value = pl.col(column)
    if column == "currency":
        yield Check.that(column, ~value.str.contains("^[A-Z]{3}$"), _("A currency is three capital letters."))
    elif column == "country":
        yield Check.that(column, ~value.str.contains("^([A-Z]{2})?$"), _("A country is two capital letters."))
    elif column == "zone":
        yield Check.that(column, ~value.is_in(_zones()), _("There is no such time zone."))
    if one is None:
        return
    if choices := [str(choice) for choice, _label in one.flatchoices]:
        yield Check.that(
            column,
            ~value.is_in(choices),
            _("It must be one of: {choices}.").format(choices=", ".join(filter(None, choices))),
        )
    elif one.max_length:
        yield Check.that(
            column,
            value.str.len_chars() > one.max_length,
            _("It is longer than {n} characters.").format(n=one.max_length),
        )
    elif isinstance(one, models.IntegerField):
        low, high = connection.ops.integer_field_range(one.get_internal_type())
        if low is not None and high is not None:
            yield Check.that(column, ~value.is_between(low, min(high, 2**63 - 1)), _("It is out of range."))


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


def _relations(entity: Entity) -> Iterator[tuple[set[str], Check]]:
    """What the tables' named constraints ask, with the columns that it takes to ask."""

    def ordered(earlier: str, later: str, reason: str) -> tuple[set[str], Check]:
        return {earlier, later}, Check.that(later, pl.col(later) < pl.col(earlier), reason)

    def within(column: str, low: int, high: int) -> tuple[set[str], Check]:
        reason = _("It must be between {low} and {high}.").format(low=low, high=high)
        return {column}, Check.that(column, ~pl.col(column).is_between(low, high), reason)

    def not_negative(column: str) -> tuple[set[str], Check]:
        return {column}, Check.that(column, pl.col(column) < 0, _("It must not be negative."))

    match entity:
        case Entity.STAFF:
            yield not_negative("hour_cost_minor")
        case Entity.CLIENTS:
            yield ordered("since", "until", _("It is before the client came."))
            yield (
                {"birth_date", "since"},
                Check.that(
                    "birth_date", pl.col("birth_date") > pl.col("since"), _("It is after the person became a client.")
                ),
            )
            yield within("channels", 0, 63)
            yield within("consent", 0, 63)
            yield within("days", 1, 127)
            yield within("from_minute", 0, 1439)
            yield within("to_minute", 1, 1440)
            end = pl.col("to_minute").fill_null(1440)
            backwards = pl.col("from_minute").fill_null(0) >= end
            yield {"from_minute", "to_minute"}, Check.that("to_minute", backwards, _("The hours go backwards."))
        case Entity.RELATIONSHIPS:
            itself = pl.col("client") == pl.col("other")
            yield {"client", "other"}, Check.that("other", itself, _("A client is not related to itself."))
            yield ordered("since", "until", _("It ends before it begins."))
        case Entity.HOLDINGS:
            yield ordered("opened_on", "closed_on", _("It is closed before it is opened."))
            yield ordered("opened_on", "matures_on", _("It matures before it is opened."))
            yield not_negative("limit_minor")
        case Entity.STANDING_ORDERS:
            yield not_negative("amount_minor")
        case Entity.INTERACTIONS:
            yield within("minutes", 0, 1440)


def _words(entity: Entity) -> str:
    return {
        Entity.BRANCHES: _("branches"),
        Entity.STAFF: _("staff"),
        Entity.CLIENTS: _("clients"),
        Entity.HOLDINGS: _("holdings"),
    }.get(entity, str(entity))
