"""The value step, against the same figures and tiers in pandas and against a bare DuckDB aggregation of the same Parquet.

A demonstration bank is founded and exported once; then each way runs in a process of its own over the same files, with
the same two threads at most. Pandas must find the same figures and tiers as ours, to the last unit. The bare aggregation
is a floor, not a peer: balances by client, minutes by client, transactions by client, with neither dates nor currencies,
rates, fees, loans, households, policies or reasons. CPU seconds are those of the second time in each
process, which leaves out what libraries import on their first use; memory is the peak of the process.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.lines import Line, Result
from benchmarks.machine import peak_mib, timed
from benchmarks.scratch import apart, installation, set_up

SIZES = (10_000, 100_000)
TODAY = date(2026, 6, 16)
THREADS = "2"
FIGURES = ["assets_minor", "liabilities_minor", "revenue_minor", "cost_minor", "minutes", "recency_days", "frequency"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do it: CPU seconds and peak memory in MiB of its process, and a digest of what it found."""

    cpu: float
    memory: float
    found: str


CAUSES = {"value of 10,000 clients": "most of it is Ibis writing SQL, which takes as long for a bank of any size"}


def told(*, sizes: tuple[int, ...] = SIZES, **_options: Any) -> dict[str, Any]:
    how = (
        "All clients' figures, tiers and reasons, from one snapshot as Parquet, with two threads at most. Pandas finds the same"
        " figures and tiers, to the last unit. The bare aggregation is a floor, not a peer: three sums by client, with neither"
        " dates nor currencies, rates, fees, loans, households, policies or reasons. CPU is that of the second time in a"
        " process; memory is the peak."
    )
    return Result("The value step", how, [line for size in sizes for line in _lines(size)], CAUSES).as_json()


def _lines(clients: int) -> list[Line]:
    """The three ways in a process each. Raises AssertionError when pandas finds anything else."""
    threads = {"CARTERA_ENGINE_THREADS": THREADS}
    with installation("value") as scratch:
        environment = scratch | threads
        step = apart("benchmarks.value_speed:make", environment, clients=clients)
        ways = ("ours", "pandas", "bare")
        ours, pandas, bare = (Way(**apart("benchmarks.value_speed:go", environment, way=way)) for way in ways)
    assert ours.found == pandas.found, "pandas and the engine disagree"
    what = f"value of {clients:,} clients"
    recorded = (
        f"whole step with its records {step['step']:.1f} s, again {step['again']:.1f} s, export {step['export']:.1f} s"
    )
    return [
        Line(what, "CPU s", ours.cpu, "pandas", pandas.cpu, 1),
        Line(what, "MiB", ours.memory, "pandas", pandas.memory, 1),
        Line(what, "CPU s", ours.cpu, "bare DuckDB aggregation", bare.cpu, note=recorded),
        Line(what, "MiB", ours.memory, "bare DuckDB aggregation", bare.memory),
    ]


def make(clients: int) -> dict[str, float]:
    """Found a demonstration bank; CPU seconds of the export, of the whole step with its records, and of the step again."""
    set_up()
    _found_bank(clients)
    jobs, run = importlib.import_module("cartera.value.jobs"), _a_run()
    export = timed(lambda: jobs.export_step(TODAY, run, False))[1]
    step = timed(lambda: jobs.value_step(TODAY, run, False))[1]
    return {"export": export, "step": step, "again": timed(lambda: jobs.value_step(TODAY, run, False))[1]}


def go(way: str) -> dict[str, Any]:
    """One way in this process: CPU seconds, the peak of memory, and a digest of what it found."""
    work = {"ours": ours, "pandas": pandas, "bare": bare}[way]()
    work()
    file, cpu = timed(work)
    memory = peak_mib()
    return {"cpu": cpu, "memory": memory, "found": _digest(file)}


def _found_bank(clients: int) -> None:
    actions, bank = (importlib.import_module(f"cartera.intake.demo.{name}") for name in ("actions", "bank"))
    founder = importlib.import_module("cartera.intake.demo.command").FOUNDER
    actions.found_bank(actor=founder, bank=bank.build(clients, 1, date=TODAY), pinned=True)


def _a_run() -> Any:
    run = importlib.import_module("cartera.kernel.models").Run
    return run.objects.create(
        kind=run.Kind.NIGHT, title="benchmark", on_date=TODAY, started_at=datetime.now(UTC), asked_by="benchmark"
    )


def ours() -> Callable[[], str]:
    """Figures, tiers and reasons of every client, written as Parquet."""
    set_up()
    session, snapshot = (importlib.import_module(f"cartera.engine.{name}") for name in ("session", "snapshot"))
    jobs, tiering = (importlib.import_module(f"cartera.value.{name}") for name in ("jobs", "tiering"))
    policy = importlib.import_module("cartera.value.queries").policy_in_force(TODAY).as_rules()

    def work() -> str:
        with session.open_session(snapshot.find(TODAY)) as opened:
            figures = tiering.figures_of_clients(opened)
            file = jobs.values_file(opened)
            opened.write(tiering.tiers_of_clients(opened, figures, policy), file, tiering.VALUES)
        return str(file)

    return work


def bare() -> Callable[[], str]:
    """A floor: three sums by client, joined."""
    duckdb = importlib.import_module("duckdb")
    folder, lake = _snapshot(), Path(os.environ["CARTERA_HOME"]) / "lake"

    def work() -> str:
        database = duckdb.connect(config={"threads": int(THREADS)})
        database.execute(f"""
            COPY (
                SELECT c.id, h.balance, m.minutes, t.moved, t.last
                FROM '{folder}/clients.parquet' c
                LEFT JOIN (
                    SELECT client_id, sum(balance_minor) AS balance FROM '{folder}/holdings.parquet' GROUP BY client_id
                ) h ON h.client_id = c.id
                LEFT JOIN (
                    SELECT client_id, sum(minutes) AS minutes FROM '{folder}/interactions.parquet' GROUP BY client_id
                ) m ON m.client_id = c.id
                LEFT JOIN (
                    SELECT client_id, count(*) AS moved, max("on") AS last
                    FROM '{lake}/transactions/*/*.parquet' moved JOIN '{folder}/holdings.parquet' held ON held.key = moved.holding
                    GROUP BY client_id
                ) t ON t.client_id = c.id
                ORDER BY c.id
            ) TO '{folder}/bare.parquet' (FORMAT parquet)
        """)
        return ""

    return work


def pandas() -> Callable[[], str]:
    """The same figures and tiers as ours, as an analyst would write them: read, merge, group, choose."""
    pd, np = importlib.import_module("pandas"), importlib.import_module("numpy")
    set_up()
    policy = importlib.import_module("cartera.value.queries").policy_in_force(TODAY).as_rules()
    folder, lake = _snapshot(), Path(os.environ["CARTERA_HOME"]) / "lake"
    year_before = TODAY.replace(year=TODAY.year - 1)

    def read(name: str) -> Any:
        return pd.read_parquet(folder / f"{name}.parquet", dtype_backend="pyarrow")

    def share(amount: Any, part: Any, whole: Any) -> Any:
        base, rest = np.divmod(amount * part, whole)
        return base + ((2 * rest > whole) | ((2 * rest == whole) & (base % 2 == 1)))

    def balances(held: Any) -> Any:
        ends = pd.read_parquet(lake / "balances", columns=["holding", "on", "balance_minor"], dtype_backend="pyarrow")
        ends = ends[ends["on"] <= TODAY].sort_values(["holding", "on"]).drop_duplicates("holding", keep="last")
        ends = ends.rename(columns={"holding": "key", "on": "lake_on", "balance_minor": "lake_minor"})
        held = held.merge(ends, on="key", how="left")
        known_on = held["balance_on"].fillna(held["opened_on"])
        day, known, matures = (
            pd.to_datetime(each) for each in (pd.Series(TODAY, held.index), known_on, held["matures_on"])
        )
        term, left = (matures - known).dt.days, (matures - day).dt.days.clip(lower=0)
        runs = (held["line"] == "loan") & (term > 0).fillna(False)
        own = held["balance_minor"].astype("int64").to_numpy()
        fallen = share(own, left.fillna(0).astype("int64").to_numpy(), term.where(runs, 1).astype("int64").to_numpy())
        own = np.where(runs.to_numpy(dtype=bool), fallen, own)
        own = np.where((known_on <= TODAY).to_numpy(dtype=bool), own, 0)
        later = held["balance_on"].isna() | (held["balance_on"] > TODAY) | (held["lake_on"] >= held["balance_on"])
        from_lake = (held["lake_on"].notna() & later.fillna(False)).to_numpy(dtype=bool)
        return held.assign(minor=np.where(from_lake, held["lake_minor"].fillna(0).astype("int64").to_numpy(), own))

    def money() -> Any:
        held = read("holdings")
        held = held[(held["opened_on"] <= TODAY) & (held["closed_on"].isna() | (held["closed_on"] > TODAY))]
        products = read("products").rename(columns={"id": "product_id"})
        held = balances(held.merge(products[["product_id", "line", "margin_ppm", "fee_minor"]], on="product_id"))
        line, minor = held["line"], held["minor"]
        margin = share(minor.to_numpy(), held["margin_ppm"].astype("int64").to_numpy(), 1_000_000)
        return held.assign(
            assets_minor=minor.where(line.isin(("deposit", "fund")), 0),
            liabilities_minor=minor.where(line.isin(("loan", "card")), 0),
            revenue_minor=margin + held["fee_minor"].astype("int64").to_numpy(),
        ).groupby("client_id")[FIGURES[:3]].sum()  # fmt: skip

    def service() -> Any:
        zone, contacts, effort = "America/Guayaquil", read("interactions"), read("effort")
        begins, ends = (pd.Timestamp(day, tz=zone) + pd.Timedelta(days=1) for day in (year_before, TODAY))
        contacts = contacts[(contacts["happened_at"] >= begins) & (contacts["happened_at"] < ends)]
        contacts = contacts[contacts["retracted_at"].isna() | (contacts["retracted_at"] >= ends)]
        effort = effort[(effort["spent_on"] > year_before) & (effort["spent_on"] <= TODAY)]
        columns = ["client_id", "staff_id", "minutes"]
        spent = pd.concat([contacts[columns], effort[columns]])
        spent = spent.merge(read("staff")[["id", "hour_cost_minor"]], left_on="staff_id", right_on="id", how="left")
        spent["cost"] = spent["minutes"].astype("int64") * spent["hour_cost_minor"].fillna(0).astype("int64")
        sums = spent.groupby("client_id")[["minutes", "cost"]].sum()
        return sums.assign(cost_minor=share(sums["cost"].astype("int64").to_numpy(), 1, 60)).drop(columns="cost")

    def movements() -> Any:
        moved = pd.read_parquet(lake / "transactions", columns=["holding", "on"], dtype_backend="pyarrow")
        moved = moved[moved["on"] <= TODAY].merge(
            read("holdings")[["key", "client_id"]], left_on="holding", right_on="key"
        )
        moved["in_year"] = (moved["on"] > year_before).astype("int64")
        sums = moved.groupby("client_id").agg(last=("on", "max"), frequency=("in_year", "sum"))
        sums["recency_days"] = (pd.Timestamp(TODAY) - pd.to_datetime(sums["last"])).dt.days
        return sums[["recency_days", "frequency"]]

    def tiers(rows: Any) -> Any:
        minor = (
            (rows["kind"] == "person") & (rows["birth_date"] > policy.born_after(TODAY)) & rows["household_id"].notna()
        )
        minor = minor.fillna(False).to_numpy(dtype=bool)
        amounts = {}
        for measure in ("assets", "revenue"):
            own = rows[f"{measure}_minor"]
            together = own.groupby(rows["household_id"]).transform("sum")
            amounts[measure] = np.where(minor, together.fillna(0).astype("int64"), own)
        ways = [amounts[str(way.by)] >= way.threshold for way in policy.ways]
        return np.select(ways, [way.tier for way in policy.ways], "D")

    def work() -> str:
        clients = read("clients")
        there = clients[(clients["since"] <= TODAY) & (clients["until"].isna() | (clients["until"] > TODAY))]
        rows = there[["id", "kind", "birth_date", "household_id"]].set_index("id")
        rows = rows.join(money()).join(service()).join(movements())
        filled = [name for name in FIGURES if name != "recency_days"]
        rows[filled] = rows[filled].fillna(0).astype("int64")
        rows["tier"] = tiers(rows)
        rows = rows.sort_index().rename_axis("client_id").reset_index()
        file = folder / "pandas.parquet"
        rows[["client_id", *FIGURES, "tier"]].to_parquet(file)
        return str(file)

    return work


def _snapshot() -> Path:
    return Path(os.environ["CARTERA_HOME"]) / "snapshots" / TODAY.isoformat()


def _digest(file: str) -> str:
    """Of the figures and tiers alone, whatever wrote them."""
    if not file:
        return ""
    pl, hashlib = importlib.import_module("polars"), importlib.import_module("hashlib")
    rows = pl.read_parquet(file, columns=["client_id", *FIGURES, "tier"])
    rows = rows.with_columns(pl.col(FIGURES).cast(pl.Int64)).select("client_id", *FIGURES, "tier").sort("client_id")
    return str(hashlib.sha256(rows.write_csv().encode()).hexdigest())
