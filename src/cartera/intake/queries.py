"""What the database has already, as an import asks it: each answer is read once, and only when it is needed."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from cartera.clients.models import Client, ExternalKey, Holding
from cartera.intake.frames import Entity
from cartera.kernel.bulk import ids_by_key
from cartera.products.models import Product
from cartera.team.models import Branch, SignIn, Staff

_TABLES = {Entity.BRANCHES: Branch, Entity.STAFF: Staff, Entity.CLIENTS: Client, Entity.HOLDINGS: Holding}


class Database:
    """The `Known` of an installation. For the import's own named actor: it sees whole tables."""

    def __init__(self) -> None:
        self._keys: dict[Entity, pl.Series] = {}

    def keys(self, entity: Entity) -> pl.Series:
        if entity not in self._keys:
            self._keys[entity] = ids_by_key(_TABLES[entity])["key"]
        return self._keys[entity]

    def product_keys(self) -> pl.Series:
        return self._products

    @cached_property
    def _products(self) -> pl.Series:
        return ids_by_key(Product)["key"]

    def identifiers(self) -> pl.DataFrame:
        rows = Client.objects.exclude(identifier="").values_list("identifier_kind", "identifier", "key")
        schema = dict.fromkeys(("identifier_kind", "identifier", "key"), pl.String)
        return pl.DataFrame(list(rows), schema=schema, orient="row")

    def usernames(self) -> pl.DataFrame:
        rows = [(name.lower(), key) for name, key in SignIn.objects.values_list("username", "staff__key")]
        return pl.DataFrame(rows, schema={"username": pl.String, "key": pl.String}, orient="row").unique("username")

    def clients_of_others(self, system: str) -> pl.Series:
        elsewhere = ExternalKey.objects.exclude(system=system).exclude(client__external_keys__system=system)
        return pl.Series(list(elsewhere.values_list("client__key", flat=True)), dtype=pl.String)
