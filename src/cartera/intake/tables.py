"""From an entity's frame to the rows of our tables: which tables an entity fills, in which order, by which key.

Everything here reads; `actions` writes. A row of a table remembers in `ROW` which row of the frame it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.contrib.auth.hashers import make_password
from django.db import models

from cartera.clients.models import (
    Client,
    ContactKind,
    ContactPoint,
    ExternalKey,
    Holding,
    Household,
    Relationship,
    StandingOrder,
    Wishes,
)
from cartera.clients.rules import digits, plain, search_text
from cartera.intake.frames import Entity
from cartera.interactions.models import Interaction
from cartera.kernel.bulk import ids_by_key
from cartera.kernel.errors import Invalid
from cartera.products.models import Product
from cartera.team.models import Branch, SignIn, Staff

ROW = "row_"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for one table. `main` is the table whose new rows are the entity's new rows."""

    model: type[models.Model]
    frame: pl.DataFrame
    key: tuple[str, ...] = ("key",)
    keep: tuple[str, ...] = ()
    main: bool = False


@dataclass(slots=True)
class Lookup:
    """Our ids for the keys of a source. In a dry run, keys that would be new have ids of their own, all negative."""

    dry_run: bool = False
    _ids: dict[type[models.Model], pl.DataFrame] = field(default_factory=dict)

    def forget(self, model: type[models.Model]) -> None:
        """What was read of a table is out of date."""
        if not self.dry_run:
            self._ids.pop(model, None)

    def resolve(self, frame: pl.DataFrame, column: str, model: type[models.Model], name: str) -> pl.DataFrame:
        """Put the ids under `name` in the place of the keys in `column`. Raises Invalid for a key that is nowhere."""
        if self.dry_run:
            self._expect(model, frame[column])
        ids = self._known(model).rename({"key": column, "id": name})
        found = frame.join(ids, on=column, how="left", maintain_order="left")
        lost = found.filter(pl.col(column).is_not_null() & pl.col(name).is_null())
        if lost.height:
            raise Invalid(
                f"{model._meta.verbose_name}: {lost[column][0]!r} is neither in the source nor in the database"
            )
        return found.drop(column)

    def _expect(self, model: type[models.Model], keys: pl.Series) -> None:
        known = self._known(model)
        new = keys.unique(maintain_order=True).drop_nulls()
        new = new.filter(~new.is_in(known["key"].implode()))
        first = -1 - known.height
        ids = pl.int_range(first, first - len(new), -1, eager=True)
        self._ids[model] = pl.concat([known, pl.DataFrame({"key": new, "id": ids})])

    def _known(self, model: type[models.Model]) -> pl.DataFrame:
        if model not in self._ids:
            self._ids[model] = ids_by_key(model, "username" if model is SignIn else "key")
        return self._ids[model]


Filled = Iterator[Rows]
Fill = Callable[[pl.DataFrame, Lookup, str], Filled]


def fill_branches(frame: pl.DataFrame, lookup: Lookup, system: str) -> Filled:
    plain_columns = [name for name in frame.columns if name != "parent"]
    yield Rows(Branch, _clean(Branch, frame.select(plain_columns)), main=True)
    if "parent" in frame.columns:
        placed = lookup.resolve(frame.select(ROW, "key", pl.col("parent")), "parent", Branch, "parent_id")
        placed = lookup.resolve(placed.with_columns(own=pl.col("key")), "own", Branch, "id")
        paths = _paths(dict(zip(placed["id"], placed["parent_id"], strict=True)))
        path = placed["id"].replace_strict(paths, return_dtype=pl.String)
        yield Rows(Branch, placed.select(ROW, "key", "parent_id", path.alias("path")))


def _paths(parents: Mapping[int, int | None]) -> dict[int, str]:
    """The path of each branch, as "/1/4/", from the parents given here and, above those, from the ones that are there."""
    above = dict(Branch.objects.exclude(pk__in=parents).values_list("id", "path"))
    paths: dict[int, str] = {}
    for branch in parents:
        line = [branch]
        while (parent := parents.get(line[-1])) is not None:
            if parent in line:
                raise Invalid(f"branch {branch} lies under itself")
            line.append(parent)
            if parent not in parents:
                break
        top = above.get(line[-1], "") or f"/{line[-1]}/"
        paths[branch] = top + "".join(f"{one}/" for one in reversed(line[:-1]))
    return paths


def fill_staff(frame: pl.DataFrame, lookup: Lookup, system: str) -> Filled:
    if "username" in frame.columns:
        yield _sign_ins(frame.filter(pl.col("username").is_not_null()))
    rows = frame.select(pl.all().exclude("email"))
    if "branch" in frame.columns:
        rows = lookup.resolve(rows, "branch", Branch, "branch_id")
    if "username" in frame.columns:
        rows = lookup.resolve(rows, "username", SignIn, "sign_in_id")
    yield Rows(Staff, _clean(Staff, rows), main=True)


def _sign_ins(frame: pl.DataFrame) -> Rows:
    """What staff sign in with. Nobody knows the password of a new one: the person sets it by the reset."""
    optional = [pl.col(name) for name in ("email",) if name in frame.columns]
    if "active" in frame.columns:
        optional.append(pl.col("active").alias("is_active"))
    rows = frame.select(ROW, "username", *optional)
    unusable = pl.Series("password", [make_password(None) for _ in range(rows.height)], dtype=pl.String)
    return Rows(SignIn, _clean(SignIn, rows.with_columns(unusable)), key=("username",), keep=("password",))


_SEARCHED = ("name", "given_name", "surname", "second_surname", "identifier")
_WISHES = (
    "channels", "consent", "preferred", "days", "from_minute", "to_minute", "contacts_a_year", "words", "said_on",
)  # fmt: skip
_REACHED = {"phone": ContactKind.PHONE, "email": ContactKind.EMAIL, "address": ContactKind.ADDRESS}


def fill_clients(frame: pl.DataFrame, lookup: Lookup, system: str) -> Filled:
    if "household" in frame.columns:
        yield _households(frame)
    rows = frame.select(pl.all().exclude("household_name", *_REACHED, *_WISHES))
    for column, model in (("branch", Branch), ("adviser", Staff), ("household", Household)):
        if column in frame.columns:
            rows = lookup.resolve(rows, column, model, f"{column}_id")
    if "name" in frame.columns:
        rows = rows.with_columns(_search(frame))
    yield Rows(Client, _clean(Client, rows), main=True)
    owned = lookup.resolve(frame.with_columns(own=pl.col("key")), "own", Client, "client_id")
    external = owned.select(ROW, "client_id", pl.lit(system).alias("system"), "key")
    yield Rows(ExternalKey, external, key=("system", "key"))
    for column, kind in _REACHED.items():
        if column in frame.columns:
            yield _contact_points(owned, column, kind)
    if wishes := [name for name in _WISHES if name in frame.columns]:
        said = owned.filter(pl.any_horizontal(pl.col(wishes).is_not_null())).select(ROW, "client_id", *wishes)
        yield Rows(Wishes, _clean(Wishes, said), key=("client_id",))


def _households(frame: pl.DataFrame) -> Rows:
    name = pl.col("household_name") if "household_name" in frame.columns else pl.lit(None, pl.String)
    members = frame.select(ROW, pl.col("household").alias("key"), name.alias("name")).filter(
        pl.col("key").is_not_null()
    )
    first = members.group_by("key", maintain_order=True).agg(pl.col(ROW).first(), pl.col("name").drop_nulls().first())
    return Rows(Household, first.with_columns(pl.col("name").fill_null(pl.col("key"))))


def _search(frame: pl.DataFrame) -> pl.Series:
    """The search text of each client: what the source says, completed by what only we know (older telephones)."""
    known = _known_for_search(frame) if Client.objects.exists() else {}
    said = [name for name in _SEARCHED if name in frame.columns]
    phones = (
        frame["phone"]
        if "phone" in frame.columns
        else pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    )
    texts = []
    for key, phone, *values in zip(frame["key"], phones, *(frame[name] for name in said), strict=True):
        ours, ours_phones = known.get(key, ({}, ()))
        words = {**ours, **{name: value or "" for name, value in zip(said, values, strict=True)}}
        numbers = tuple(dict.fromkeys((*ours_phones, phone))) if phone else ours_phones
        texts.append(search_text(**words, phones=numbers))
    return pl.Series("search", texts, dtype=pl.String)


def _known_for_search(frame: pl.DataFrame) -> dict[str, tuple[dict[str, str], tuple[str, ...]]]:
    unsaid = [name for name in _SEARCHED if name not in frame.columns]
    keys = set(frame["key"])
    known: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {}
    if unsaid:
        for key, *values in Client.objects.values_list("key", *unsaid).iterator(chunk_size=20_000):
            if key in keys:
                known[key] = (dict(zip(unsaid, values, strict=True)), ())
    phones = ContactPoint.objects.filter(kind=ContactKind.PHONE).order_by("id").values_list("client__key", "value")
    for key, value in phones.iterator(chunk_size=20_000):
        if key in keys:
            words, before = known.get(key, ({}, ()))
            known[key] = (words, (*before, value))
    return known


def _contact_points(owned: pl.DataFrame, column: str, kind: ContactKind) -> Rows:
    rows = owned.filter(pl.col(column).is_not_null() & (pl.col(column) != ""))
    found_by = digits if kind == ContactKind.PHONE else plain if kind == ContactKind.ADDRESS else str.lower
    search = pl.Series("search", [found_by(value) for value in rows[column]], dtype=pl.String)
    points = rows.select(ROW, "client_id", pl.lit(str(kind)).alias("kind"), pl.col(column).alias("value"), search)
    return Rows(ContactPoint, points, key=("client_id", "kind", "value"))


def fill_relationships(frame: pl.DataFrame, lookup: Lookup, system: str) -> Filled:
    rows = lookup.resolve(frame, "client", Client, "client_id")
    rows = lookup.resolve(rows, "other", Client, "other_id")
    yield Rows(Relationship, _clean(Relationship, rows), key=("client_id", "other_id", "kind"), main=True)


def _fill_with(model: type[models.Model], references: Mapping[str, type[models.Model]]) -> Fill:
    """An entity that is one table: its references resolved, the rest as it comes."""

    def fill(frame: pl.DataFrame, lookup: Lookup, system: str) -> Filled:
        rows = frame
        for column, target in references.items():
            if column in frame.columns:
                rows = lookup.resolve(rows, column, target, f"{column}_id")
        yield Rows(model, _clean(model, rows), main=True)

    return fill


FILLS: Mapping[Entity, Fill] = {
    Entity.BRANCHES: fill_branches,
    Entity.STAFF: fill_staff,
    Entity.CLIENTS: fill_clients,
    Entity.RELATIONSHIPS: fill_relationships,
    Entity.HOLDINGS: _fill_with(Holding, {"client": Client, "product": Product}),
    Entity.STANDING_ORDERS: _fill_with(StandingOrder, {"holding": Holding}),
    Entity.INTERACTIONS: _fill_with(Interaction, {"client": Client, "staff": Staff}),
}
FACTS: Mapping[Entity, Sequence[str]] = {Entity.BALANCES: ("holding", "on"), Entity.TRANSACTIONS: ("key",)}


def _clean(model: type[models.Model], rows: pl.DataFrame) -> pl.DataFrame:
    """Nulls become the table's default where the table knows no null."""
    return rows.with_columns(
        pl.col(one.column).fill_null(default)
        for one in model._meta.concrete_fields
        if one.column in rows.columns and not one.null and (default := _default(one)) is not None
    )


def _default(one: models.Field[Any, Any]) -> Any:
    value = one.get_default()
    return str(value) if isinstance(value, str) else value
