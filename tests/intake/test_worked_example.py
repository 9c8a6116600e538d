"""The worked example of recipes/README.md, run as it is written there."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cartera.clients.models import Client, Holding
from cartera.clock.models import Institution
from cartera.engine import lake
from cartera.intake.frames import Entity
from cartera.intake.importing import import_folder
from cartera.kernel.models import RefusedRow, Run
from cartera.team.models import Branch, WorkingHours
from tests.intake.conftest import IMPORT

README = Path(__file__).parents[2] / "recipes" / "README.md"
BLOCK = re.compile(r"^```(?:csv|toml) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path) -> Path:
    """A folder with the files of the example, written as its bank writes them."""
    for name, text in BLOCK.findall(README.read_text(encoding="utf-8")):
        encoding = "latin-1" if name.endswith(".csv") and name != "refused.csv" else "utf-8"
        (tmp_path / name).write_text(text, encoding=encoding)
    return tmp_path


@pytest.mark.row("Y9")
@pytest.mark.django_db
@pytest.mark.usefixtures("lake_home", "in_english")
class TestTheWorkedExample:
    def test_loads_what_it_says(self, example):
        done = import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example)
        rosa = Client.objects.get(key="0102334456")
        assert (rosa.name, rosa.surname, rosa.birth_date) == ("Rosa Elena Muñoz Peña", "Muñoz", date(1968, 4, 2))
        assert rosa.branch == Branch.objects.get(name="Agencia CUE")
        assert rosa.adviser.sign_in.username == "landrade"
        assert Client.objects.get(key="0912345675").wishes.channels == 9
        deposit = Holding.objects.get(key="PF-7")
        assert (deposit.balance_minor, deposit.rate_ppm, deposit.matures_on) == (2_500_000, 72_500, date(2026, 12, 1))
        moved = pl.concat(pl.read_parquet(path) for path in lake.paths("transactions"))
        assert sorted(moved["amount_minor"]) == [-5950, 30000]
        assert Institution.objects.get().name == "Cooperativa Andina"
        assert WorkingHours.objects.filter(branch__key="matriz").count() == 10
        assert done.counts[Entity.CLIENTS].created == 2

    def test_refuses_what_it_says_with_its_reasons(self, example):
        done = import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example)
        expected = pl.read_csv(example / "refused.csv", schema=done.refused.schema)
        assert done.refused.write_csv() == expected.write_csv()
        kept = RefusedRow.objects.order_by("id").values_list("entity", "file", "line", "column", "value", "reason")
        assert list(kept) == expected.rows()

    def test_the_same_files_again_change_nothing(self, example):
        import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example)
        again = import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example)
        assert all(counts.changed == 0 for counts in again.counts.values())
        assert again.counts[Entity.CLIENTS].unchanged == 2
        assert Run.objects.filter(state=Run.State.DONE).count() == 2

    def test_a_dry_run_refuses_the_same_and_writes_nothing(self, example):
        dry = import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example, dry_run=True)
        assert Institution.objects.count() == Client.objects.count() == Run.objects.count() == 0
        wet = import_folder(actor=IMPORT, recipe_path=example / "cooperativa.toml", folder=example)
        assert dry.counts == wet.counts
        assert dry.refused.equals(wet.refused)
        assert dry.run_id is None


def test_every_block_of_the_readme_is_toml_or_csv():
    names = [name for name, _ in BLOCK.findall(README.read_text(encoding="utf-8"))]
    assert sorted(names) == ["clientes.csv", "cooperativa.toml", "cuentas.csv", "movimientos.csv", "refused.csv"]
    assert (
        io.StringIO(dict(BLOCK.findall(README.read_text(encoding="utf-8")))["refused.csv"])
        .readline()
        .startswith("entity,")
    )
