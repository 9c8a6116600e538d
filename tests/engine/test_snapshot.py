from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.db import connection

from cartera.clients.models import Client, Holding
from cartera.engine import snapshot
from cartera.engine.session import open_session
from cartera.engine.tables import LAKE, TABLES
from cartera.kernel.errors import NotFound
from cartera.products.models import Product
from tests.conftest import TODAY, given


@pytest.fixture
def account(rosa: Client) -> Holding:
    product = given(Product, key="savings", name="Ahorro", line="deposit", currency="USD", margin_ppm=20_000)
    return given(  # type: ignore[no-any-return]
        Holding,
        key="H-1",
        client=rosa,
        product=product,
        currency="USD",
        balance_minor=1_000_00,
        balance_on=TODAY,
        opened_on=date(2020, 1, 31),
    )


class TestExporting:
    def test_writes_each_declared_table_with_its_declared_types(self, account):
        taken = snapshot.export(TODAY)
        assert set(taken.rows) == set(TABLES)
        assert (taken.rows["clients"], taken.rows["holdings"], taken.rows["promises"]) == (1, 1, 0)
        with open_session(taken) as session:
            for name, table in TABLES.items():
                schema = {column: str(kind) for column, kind in session.table(name).schema().items()}
                assert schema == {column: kind.ibis for column, kind in table.columns.items()}
        held = pl.read_parquet(taken.file("holdings")).row(0, named=True)
        assert (held["balance_minor"], held["balance_on"], held["opened_on"]) == (1_000_00, TODAY, date(2020, 1, 31))
        assert held["recorded_at"].tzinfo is not None
        assert abs(held["recorded_at"] - account.recorded_at) < timedelta(milliseconds=1)
        assert pl.read_parquet(taken.file("staff"))["active"].to_list() == [True]

    def test_leaves_no_name_outside_the_database(self, account, settings):
        taken = snapshot.export(TODAY)
        files = [file for file in settings.CARTERA_HOME.rglob("*") if file.is_file()]
        assert len(files) == len(TABLES) + 1
        assert not any(b"Cordero" in file.read_bytes() for file in files)
        assert taken.folder == settings.CARTERA_HOME / "snapshots" / "2026-06-16"

    def test_again_takes_its_place_and_finds_what_changed(self, account):
        snapshot.export(TODAY)
        Holding.objects.filter(pk=account.pk).update(balance_minor=5)
        taken = snapshot.export(TODAY)
        assert pl.read_parquet(taken.file("holdings"))["balance_minor"].to_list() == [5]
        assert [path.name for path in taken.folder.parent.iterdir()] == ["2026-06-16"]

    def test_that_fails_leaves_the_former_one_whole(self, account, monkeypatch):
        before = snapshot.export(TODAY)
        monkeypatch.setattr(snapshot, "_select", lambda table: "SELECT nonsense")
        with pytest.raises(Exception, match="nonsense"):
            snapshot.export(TODAY)
        assert snapshot.find(TODAY) == before
        assert [path.name for path in before.folder.parent.iterdir()] == ["2026-06-16"]

    def test_clears_what_a_killed_one_left(self, account, settings):
        left = settings.CARTERA_HOME / "snapshots" / ".2026-06-15.999999999"
        left.mkdir(parents=True)
        (left / "copy.sqlite3").write_text("half a copy")
        taken = snapshot.export(TODAY)
        assert [path.name for path in taken.folder.parent.iterdir()] == ["2026-06-16"]

    def test_leaves_alone_what_is_no_snapshot(self, account, settings):
        folder = settings.CARTERA_HOME / "snapshots"
        strays = [folder / name for name in ("lost+found", ".Trash-1000", ".nfs.00ab", "2026-06-16.bak")]
        for stray in strays:
            stray.mkdir(parents=True)
        for name in (".DS_Store", "Thumbs.db", "2026"):
            (folder / name).write_bytes(b"x")
            strays.append(folder / name)
        assert snapshot.export(TODAY).rows["clients"] == 1
        assert all(stray.exists() for stray in strays)

    def test_prunes_older_ones(self, account):
        for back in range(9, -1, -1):
            snapshot.export(date(2026, 6, 20) - timedelta(days=back))
        kept = sorted(path.name for path in snapshot.find(date(2026, 6, 20)).folder.parent.iterdir())
        assert kept == [f"2026-06-{day}" for day in range(14, 21)]

    def test_tells_of_each_table(self, account):
        told = {}
        snapshot.export(TODAY, progress=lambda table, rows: told.update({table: rows}))
        assert told == dict(snapshot.find(TODAY).rows)


def test_a_snapshot_that_was_never_taken_is_not_found(db):
    with pytest.raises(NotFound):
        snapshot.find(TODAY)


def test_the_lake_is_empty_tables_until_something_is_loaded(account, settings):
    taken = snapshot.export(TODAY)
    with open_session(taken) as session:
        for name in LAKE:
            assert session.frame(session.table(name)).height == 0
    folder = settings.CARTERA_HOME / "lake" / "balances" / "month=2026-05"
    folder.mkdir(parents=True)
    pl.DataFrame(
        {"holding": ["H-1"], "on": [date(2026, 5, 31)], "balance_minor": [7], "currency": ["USD"]}
    ).write_parquet(folder / "part.parquet")
    with open_session(taken) as session:
        assert session.frame(session.table("balances")).rows() == [("H-1", date(2026, 5, 31), 7, "USD")]


WRITER = """
    import sys, time
    vendor, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    if vendor == "sqlite":
        import sqlite3
        database = sqlite3.connect(name, timeout=20, isolation_level=None)
        begin, mark = "BEGIN IMMEDIATE", "?"
    else:
        import psycopg
        database = psycopg.connect(name, autocommit=True)
        begin, mark = "BEGIN", "%s"
    print("ready", flush=True)
    end, moved = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        database.execute(begin)
        database.execute(f"UPDATE clients_holding SET balance_minor = balance_minor - 7 WHERE key = {mark}", [f"H-{moved * 7919 % 4000}"])
        database.execute(f"UPDATE products_product SET fee_minor = fee_minor + 7 WHERE key = {mark}", ["savings"])
        database.execute("COMMIT")
        moved += 1
    print(moved, flush=True)
"""


class TestBesideAWriter:
    def test_each_snapshot_holds_the_same_total_and_the_writer_loses_nothing(self, account):
        rows = [
            Holding(
                key=f"H-{n}",
                client=account.client,
                product=account.product,
                currency="USD",
                balance_minor=1_000_00,
                opened_on=date(2020, 1, 31),
                recorded_at=datetime(2020, 1, 31, tzinfo=UTC),
            )
            for n in range(4000)
            if n != 1
        ]
        Holding.objects.bulk_create(rows)
        writer = _write_for(seconds=4)
        totals, moved_between = [], set()
        while writer.poll() is None:
            taken = snapshot.export(TODAY)
            balances, fees = pl.read_parquet(taken.file("holdings")), pl.read_parquet(taken.file("products"))
            totals.append(balances["balance_minor"].sum() + fees["fee_minor"].sum())
            moved_between.add(fees["fee_minor"].sum())
        moved = int(writer.communicate()[0])
        assert set(totals) == {4000 * 1_000_00}
        assert len(totals) >= 3
        assert len(moved_between) >= 3, "the writer wrote while the snapshots were taken"
        account.product.refresh_from_db()
        assert account.product.fee_minor == 7 * moved
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                assert cursor.fetchall() == [("ok",)]


def _write_for(seconds: float) -> subprocess.Popen[str]:
    name = connection.settings_dict["NAME"] if connection.vendor == "sqlite" else snapshot._conninfo()
    arguments = [sys.executable, "-c", textwrap.dedent(WRITER), connection.vendor, str(name), str(seconds)]
    writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer
