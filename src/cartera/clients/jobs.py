"""The search for duplicates through all clients, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from cartera.clients.actions.duplicates_in_bulk import record_duplicates
from cartera.clients.duplicates.search import Found, find_duplicates
from cartera.clients.models import Client, ContactKind, ContactPoint, Kind
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.kernel.alone import alone
from cartera.kernel.jobs import job

SEARCHER = Actor.system("search for duplicates", "client.view", "duplicate.record", "duplicate.record_search")
AT_A_TIME = 20_000
_SAID = ("given_name", "surname", "second_surname", "name", "identifier", "birth_date")


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, and the clients by the row numbers that it speaks of."""

    found: Found
    ids: list[int]
    keys: list[str]


@job("clients.find_duplicates")
def search_all() -> Searched:
    """Look for duplicates among all current clients and keep what is found. Done again, it changes only what changed.

    One search runs at a time (AlreadyRunning).
    """
    with alone("duplicates"):
        records = current_clients()
        ids, keys = records["id"].to_list(), records["key"].to_list()
        found = find_duplicates(records.drop("id", "key"), institution().country)
        pairs = found.pairs.select(
            client_id=pl.col("a").map_elements(ids.__getitem__, return_dtype=pl.Int64),
            other_id=pl.col("b").map_elements(ids.__getitem__, return_dtype=pl.Int64),
            probability=pl.col("probability"),
        )
        record_duplicates(
            actor=SEARCHER,
            pairs=pairs,
            clients=len(ids),
            threshold=found.threshold,
            precision=found.precision,
            recall=found.recall,
        )
    return Searched(found, ids, keys)


def current_clients() -> pl.DataFrame:
    """All current clients by id, as records with the fields of `clients.duplicates.traits`.

    Read from the database itself: snapshots hold no names and no identifiers.
    """
    reached = _reached()
    rows: list[dict[str, Any]] = []
    clients = Client.objects.visible_to(SEARCHER).filter(until__isnull=True, absorbed_by__isnull=True).order_by("pk")
    for client in clients.values("id", "key", "kind", *_SAID).iterator(chunk_size=AT_A_TIME):
        company = client.pop("kind") == Kind.COMPANY
        born = client["birth_date"]
        client |= {"birth_date": born.isoformat() if born else "", "company": client["name"] if company else ""}
        client |= {kind: "\n".join(reached.get((client["id"], kind), ())) for kind in ContactKind.values}
        rows.append(client)
    texts = (*_SAID, "company", *ContactKind.values)
    return pl.DataFrame(rows, schema={"id": pl.Int64, "key": pl.String, **dict.fromkeys(texts, pl.String)})


def _reached() -> dict[tuple[int, str], list[str]]:
    points: dict[tuple[int, str], list[str]] = {}
    rows = ContactPoint.objects.visible_to(SEARCHER).filter(dead=False).order_by("id")
    for client_id, kind, value in rows.values_list("client_id", "kind", "value").iterator(chunk_size=AT_A_TIME):
        points.setdefault((client_id, kind), []).append(value)
    return points
