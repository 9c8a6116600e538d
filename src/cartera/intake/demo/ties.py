"""Who is whose spouse, parent, owner, employer, and who brought whom."""

from __future__ import annotations

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Blueprint, pick
from cartera.intake.demo.clients import among, wealthier

SCHEMA = {"client": pl.String, "other": pl.String, "kind": pl.String, "since": pl.Date, "note": pl.String}
_MET = (
    "su vecina",
    "del Club Rotario",
    "compañero de la universidad",
    "su contador",
    "de la cámara de comercio",
    "su cuñado",
    "del gremio",
    "",
    "",
)


def tie(blueprint: Blueprint, roll: pl.DataFrame) -> pl.DataFrame:
    """Relationships in the loader's direction: `client` is the `kind` of `other`."""
    ties = pl.concat([_families(roll), _owners(roll), _employers(blueprint, roll), _referrals(blueprint, roll)])
    return ties.filter(pl.col("client") != pl.col("other")).unique(
        ["client", "other", "kind"], keep="first", maintain_order=True
    )


def _families(roll: pl.DataFrame) -> pl.DataFrame:
    role, head, key = roll["role"], roll["head"].to_numpy(), roll["key"]
    spouse = np.flatnonzero(role == "spouse")
    child = np.flatnonzero(role == "child")
    follows = (head + 1).clip(max=roll.height - 1)
    other_parent = child[(role == "spouse").to_numpy()[follows[child]] & (head[follows[child]] == head[child])]
    return pl.concat(
        [
            _rows(key.gather(spouse), key.gather(head[spouse]), "spouse"),
            _rows(key.gather(head[child]), key.gather(child), "parent"),
            _rows(key.gather(follows[other_parent]), key.gather(other_parent), "parent"),
        ]
    )


def _owners(roll: pl.DataFrame) -> pl.DataFrame:
    company = np.flatnonzero((roll["role"] == "company") & (roll["head"] >= 0))
    owner = roll["head"].to_numpy()[company]
    return _rows(roll["key"].gather(owner), roll["key"].gather(company), "owner", roll["since"].gather(company))


def _employers(blueprint: Blueprint, roll: pl.DataFrame) -> pl.DataFrame:
    """Employees of companies that bank with the same agency."""
    rng = blueprint.draws("employers")
    employed = roll["sector"].str.starts_with("Emplead").to_numpy()
    companies = np.flatnonzero(roll["role"] == "company")
    who = among(rng, employed, 0.6)
    if not companies.size:
        return _rows(pl.Series([], dtype=pl.String), pl.Series([], dtype=pl.String), "employer")
    agency = roll["agency"].to_numpy()
    companies = companies[np.argsort(agency[companies], kind="stable")]
    start = np.searchsorted(agency[companies], agency[who])
    count = np.searchsorted(agency[companies], agency[who], side="right") - start
    who, start, count = who[count > 0], start[count > 0], count[count > 0]
    employer = companies[start + (count * rng.random(who.size) ** 2).astype(np.int64)]
    return _rows(roll["key"].gather(employer), roll["key"].gather(who), "employer")


def _referrals(blueprint: Blueprint, roll: pl.DataFrame) -> pl.DataFrame:
    """One client in nine came through another who was already there."""
    rng = blueprint.draws("referrals")
    came = among(rng, ((roll["age"] >= 20) | (roll["role"] == "company")).to_numpy(), 0.11)
    by = wealthier(rng, roll["wealth"].to_numpy(), came.size)
    tenure = roll["tenure"].to_numpy()
    earlier = (
        (tenure[by] > tenure[came])
        & (roll["age"].to_numpy()[by] >= 20)
        & (roll["unit"].to_numpy()[by] != roll["unit"].to_numpy()[came])
    )
    came, by = came[earlier], by[earlier]
    return _rows(
        roll["key"].gather(came),
        roll["key"].gather(by),
        "referred_by",
        roll["since"].gather(came),
        pick(rng, _MET, came.size),
    )


def _rows(
    clients: pl.Series, others: pl.Series, kind: str, since: pl.Series | None = None, note: pl.Series | None = None
) -> pl.DataFrame:
    return pl.DataFrame({"client": clients, "other": others}).with_columns(
        kind=pl.lit(kind),
        since=since if since is not None else pl.lit(None, dtype=pl.Date),
        note=note if note is not None else pl.lit(None, dtype=pl.String),
    )
