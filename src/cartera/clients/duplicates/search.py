"""The search for duplicates: candidates by shared keys, compared by Splink on DuckDB, weighed, and cut where it pays."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI

from cartera.clients.duplicates.comparing import Trait, traits_of
from cartera.clients.duplicates.traits import comparable
from cartera.clients.duplicates.weighing import Floats, weigh
from cartera.engine import duck

MOST_UNDER_A_KEY = 150
"""A key that more records share tells too little for the pairs it makes; other keys find them."""

RANDOM_PAIRS = 400_000
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of row numbers `a` < `b` with their `probability`, the likeliest first, from `threshold` on.

    `precision` and `recall` are estimated by the model alone. The mean probability of the pairs is the share of them
    that is expected to be right. The recall sets the expected duplicates among them against those among all candidates
    and those that shared no key; the latter are told from how many were found by one and by two kinds of key (Chao 1987).
    """

    pairs: pl.DataFrame
    threshold: float
    precision: float
    recall: float


_NOTHING = pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64, "probability": pl.Float64})


def find_duplicates(records: pl.DataFrame, country: str) -> Found:
    """The duplicates among records with any of `FIELDS` as text columns; rows are named by their position."""
    rows = comparable(records, country)
    traits = traits_of(rows)
    if not traits:
        return Found(_NOTHING, 1.0, 1.0, 1.0)
    with closing(duck.connect()) as engine:
        lay_out(engine, rows)
        if not find_candidates(engine):
            return Found(_NOTHING, 1.0, 1.0, 1.0)
        strangers = _compare(engine, traits, rows.height)
        scored = _weigh(engine, traits, strangers, rows.height)
    return _cut(scored)


def lay_out(engine: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Put comparable records into the engine: their traits in `records`, their keys in `keys`."""
    engine.register("rows", rows.to_arrow())
    engine.execute("CREATE TABLE records AS SELECT * EXCLUDE (keys) FROM rows")
    engine.execute("CREATE TABLE keys AS SELECT unique_id AS id, unnest(keys) AS key FROM rows")


def find_candidates(engine: duckdb.DuckDBPyConnection) -> int:
    """Leave the pairs that share a key, and how many kinds of key they share, in `candidates`; returns how many there are."""
    engine.execute(
        "CREATE TABLE candidates AS SELECT l.id AS join_key_l, r.id AS join_key_r,"
        " count(DISTINCT l.key[1]) AS families, '0' AS match_key"
        " FROM keys l JOIN keys r ON l.key = r.key AND l.id < r.id"
        f" WHERE l.key IN (SELECT key FROM keys GROUP BY key HAVING count(*) BETWEEN 2 AND {MOST_UNDER_A_KEY})"
        " GROUP BY ALL"
    )
    found = engine.execute("SELECT count(*) FROM candidates").fetchone()
    return int(found[0]) if found else 0


def linker_of(engine: duckdb.DuckDBPyConnection, traits: Sequence[Trait]) -> Linker:
    """Splink over the tables `records` and `candidates` of this engine."""
    api = DuckDBAPI(connection=engine)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[trait.creator() for trait in traits],
        blocking_rules_to_generate_predictions=["l.unique_id = r.unique_id"],  # type: ignore[list-item]
        retain_matching_columns=True,
    )
    linker = Linker(api.register("records"), settings, log_level=None)
    linker.table_management.register_blocked_pairs_for_predict(api.register("candidates"))
    return linker


def _compare(engine: duckdb.DuckDBPyConnection, traits: Sequence[Trait], records: int) -> list[Floats]:
    """Leave the level of every trait of every candidate in the table `compared`; returns the levels of random pairs."""
    linker = linker_of(engine, traits)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
    predicted = linker.inference.predict(warning_mode="never")
    levels = ", ".join(
        f"CASE WHEN gamma_{trait.name} < 0 THEN -1 ELSE {len(trait.levels) - 1} - gamma_{trait.name} END AS {trait.name}"
        for trait in traits
    )
    engine.execute(
        f"CREATE TABLE compared AS SELECT unique_id_l AS a, unique_id_r AS b, families, {levels}"
        f" FROM {predicted.physical_name} JOIN candidates ON join_key_l = unique_id_l AND join_key_r = unique_id_r"
    )
    learnt = {one["output_column_name"]: one for one in linker.misc.save_model_to_json()["comparisons"]}
    return [_shares(learnt[trait.name]["comparison_levels"][1:]) for trait in traits]


def _shares(levels: Sequence[dict[str, object]]) -> Floats:
    shares = np.array([float(str(level.get("u_probability") or 0.0)) for level in levels])
    return np.asarray(shares / max(shares.sum(), 1e-12))


def _weigh(
    engine: duckdb.DuckDBPyConnection, traits: Sequence[Trait], strangers: Sequence[Floats], records: int
) -> pl.DataFrame:
    columns = ", ".join(trait.name for trait in traits)
    engine.execute(f"CREATE TABLE patterns AS SELECT {columns}, count(*) AS n FROM compared GROUP BY ALL ORDER BY ALL")
    patterns = engine.execute("SELECT * FROM patterns").pl()
    weighed = weigh(
        traits,
        patterns.drop("n").to_numpy().astype(np.int64),
        patterns["n"].to_numpy().astype(np.float64),
        strangers,
        records,
        RANDOM_PAIRS,
    )
    told = patterns.drop("n").with_columns(probability=pl.Series(weighed.probability))
    return (
        engine.execute("SELECT * FROM compared")
        .pl()
        .join(told, on=[trait.name for trait in traits])
        .sort("probability", "a", "b", descending=[True, False, False])
    )


def _cut(scored: pl.DataFrame) -> Found:
    """Cut where the expected F1 is highest."""
    probability = scored["probability"].to_numpy()
    sure = np.cumsum(probability)
    expected = float(sure[-1]) + _missed(scored)
    best = int(np.argmax(2 * sure / (np.arange(1, len(sure) + 1) + max(expected, 1e-9))))
    if expected < 0.5 or probability[0] < 0.5:
        return Found(_NOTHING, 1.0, 1.0, 1.0)
    kept = scored.head(best + 1).select("a", "b", "probability")
    precision, recall = float(sure[best]) / (best + 1), float(sure[best]) / expected
    return Found(kept, float(probability[best]), precision, recall)


def _missed(scored: pl.DataFrame) -> float:
    """Duplicates that shared no key, after Chao's lower bound: those found by one kind squared, over twice those by two."""
    by = dict(scored.group_by("families").agg(pl.col("probability").sum()).iter_rows())
    once, twice = by.get(1, 0.0), by.get(2, 0.0)
    return float(once * once / (2 * max(twice, once, 1.0)))
