"""Duplicates in bulk: how many are missed and wrong, whether the estimate tells so, and what it costs.

The peers see the same records: exact matching, as a spreadsheet does it (the same identifier, or the same name and birth
date), and Splink as its guide trains it (one EM session for each of three blocking rules), over our comparisons and
candidates. Ours adds the third kind of pair, relatives, and the priors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import Any

from benchmarks.lines import Line, Result
from benchmarks.machine import timed
from benchmarks.noisy_people import Records, english, only, spanish
from benchmarks.scratch import apart, installation, set_up

Pairs = set[tuple[str, str]]
NAMES_AND_BIRTH = ("given_name", "surname", "second_surname", "birth_date")
KINDS: dict[str, Callable[[], Records]] = {
    "an Ecuadorian bank, 10,000 records": lambda: spanish(41, 8000, 2000),
    "the same with twice the faults": lambda: spanish(42, 8000, 2000, slips=3.5),
    "names and birth dates alone": lambda: only(spanish(43, 8000, 2000), *NAMES_AND_BIRTH),
    "the shape of FEBRL, 10,000 records": lambda: english(44, 8000, 2000),
}
TRAINED_ON = (
    "l.identifier = r.identifier",
    "l.born = r.born",
    "l.surname = r.surname AND l.first_given = r.first_given",
)
GAP, SECONDS = 0.05, 30.0


def told(**_options: Any) -> dict[str, Any]:
    how = (
        "Errors are 1 − F1 against the known truth. The gap is the larger of those between estimated and true precision and"
        " recall. Exact: the same identifier, or the same name and birth date. Splink: its own EM sessions and a threshold of"
        " one half, over our comparisons and candidates."
    )
    lines: list[Line] = []
    for kind in KINDS:
        with installation("duplicates") as environment:
            seen = apart("benchmarks.duplicates:measure", environment, kind=kind)
        note = f"F1 {1 - seen['ours']:.4f}; precision {seen['precision']:.3f}, recall {seen['recall']:.3f}"
        lines += [
            Line(kind, "errors", seen["ours"], "exact matching", seen["exact"], 0.25, note),
            Line(kind, "errors", seen["ours"], "Splink's own EM", max(seen["splink"], 1e-4), None),
            Line(kind, "gap", seen["gap"], "limit", GAP, 1),
            Line(kind, "CPU s", seen["cpu"], "limit", SECONDS, 1, f"{seen['rows']:,.0f} records"),
        ]
    return Result("Duplicates", how, lines).as_json()


def measure(kind: str) -> dict[str, float]:
    """Errors of ours and of the peers, the gap of our estimate, and CPU seconds for ten thousand records."""
    set_up()
    import polars as pl

    from cartera.clients.duplicates.search import find_duplicates

    records = KINDS[kind]()
    renamed = {name: field for name, field in (("suburb", "city"), ("state", "region")) if name in records.rows[0]}
    frame = pl.DataFrame(records.rows).rename(renamed)
    keys = frame["key"].to_list()
    found, cpu = timed(lambda: find_duplicates(frame.drop("key"), "EC"))
    ours = {_pair(keys[a], keys[b]) for a, b, _ in found.pairs.iter_rows()}
    precision, recall = _precision(ours, records), _recall(ours, records)
    return {
        "ours": errors(ours, records),
        "exact": errors(exact(records), records),
        "splink": errors(splink_alone(frame, keys), records),
        "precision": precision,
        "recall": recall,
        "gap": max(abs(found.precision - precision), abs(found.recall - recall)),
        "cpu": cpu * 10_000 / len(keys),
        "rows": len(keys),
    }


def exact(records: Records) -> Pairs:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in records.rows:
        if row.get("identifier"):
            groups["id", row["identifier"]].append(row["key"])
        named = tuple(row.get(part, "").casefold() for part in NAMES_AND_BIRTH)
        if row.get("birth_date"):
            groups[named].append(row["key"])
    return {_pair(a, b) for group in groups.values() for a, b in combinations(group, 2)}


def splink_alone(frame: Any, keys: list[str]) -> Pairs:
    from contextlib import closing

    from cartera.clients.duplicates import search
    from cartera.clients.duplicates.comparing import traits_of
    from cartera.clients.duplicates.traits import comparable
    from cartera.engine import duck

    rows = comparable(frame.drop("key"), "EC")
    with closing(duck.connect()) as engine:
        search.lay_out(engine, rows)
        search.find_candidates(engine)
        linker = search.linker_of(engine, traits_of(rows))
        rules = [rule for rule in TRAINED_ON if "identifier" not in rule or "identifier" in frame.columns]
        training = linker.training
        training.estimate_probability_two_random_records_match(rules, recall=0.9)
        training.estimate_u_using_random_sampling(
            max_pairs=search.RANDOM_PAIRS, seed=search.SEED, min_count_per_level=None
        )
        for rule in rules:
            training.estimate_parameters_using_expectation_maximisation(rule)
        found = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        ids = engine.execute(f"SELECT unique_id_l, unique_id_r FROM {found.physical_name}").fetchall()
    return {_pair(keys[a], keys[b]) for a, b in ids}


def errors(found: Pairs, records: Records) -> float:
    precision, recall = _precision(found, records), _recall(found, records)
    return 1 - 2 * precision * recall / max(precision + recall, 1e-9)


def _precision(found: Pairs, records: Records) -> float:
    return len(found & records.truth) / max(1, len(found))


def _recall(found: Pairs, records: Records) -> float:
    return len(found & records.truth) / max(1, len(records.truth))


def _pair(a: str, b: str) -> tuple[str, str]:
    return min(a, b), max(a, b)
