"""A real bank: the Berka extracts through recipes/berka.toml, where the data are."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.db.models import F

from cartera.clients.models import Client, Holding, Relationship, StandingOrder
from cartera.clock.models import Institution
from cartera.engine import lake
from cartera.intake import command
from cartera.intake.frames import Entity
from cartera.intake.importing import import_folder
from cartera.kernel.models import Happening, RefusedRow, Run
from cartera.team.models import Branch, Staff
from tests.intake.conftest import IMPORT

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "recipes" / "berka.toml"
FOLDER = next(
    (one for one in (ROOT.parent / "shared/data/berka", ROOT.parents[1] / "shared/data/berka") if one.is_dir()), None
)
NIGHT = date(1994, 3, 31)

pytestmark = [
    pytest.mark.skipif(FOLDER is None, reason="the Berka extracts are not in ../shared/data/berka"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("lake_home", "in_english"),
]


@pytest.mark.row("Y9")
class TestBerka:
    def test_everything_is_loaded_but_the_line_that_was_cut_off(self):
        done = import_folder(actor=IMPORT, recipe_path=RECIPE, folder=FOLDER)
        created = {entity: counts.created for entity, counts in done.counts.items()}
        assert created == {
            Entity.BRANCHES: 78,
            Entity.STAFF: 77,
            Entity.CLIENTS: 5_369,
            Entity.RELATIONSHIPS: 869,
            Entity.HOLDINGS: 4_500 + 892 + 682,
            Entity.BALANCES: 10_950,
            Entity.TRANSACTIONS: 49_102,
            Entity.STANDING_ORDERS: 6_471,
            Entity.INTERACTIONS: 0,
        }
        [refused] = RefusedRow.objects.all()
        assert (refused.entity, refused.line) == ("transactions", 49_104)
        assert refused.file.startswith("trans")
        assert refused.value == '3526882;11021;940331;"PRIJE'
        assert refused.reason == "The file ends in the middle of this line."
        assert Run.objects.get().state == Run.State.DONE
        assert Happening.objects.get(name="import.load").facts["entities"]["clients"]["created"] == 5_369
        bank = Institution.objects.get()
        assert (bank.country, bank.currency, bank.zone) == ("CZ", "CZK", "Europe/Prague")
        self._clients_are_those_of_the_files()
        self._what_was_true_on_the_night()
        again = import_folder(actor=IMPORT, recipe_path=RECIPE, folder=FOLDER)
        assert all(counts.changed == 0 for counts in again.counts.values())
        assert again.counts[Entity.TRANSACTIONS].read == 49_103

    def _clients_are_those_of_the_files(self) -> None:
        first, third = Client.objects.get(key="1"), Client.objects.get(key="3")
        assert (first.birth_date, first.sex, first.country) == (date(1970, 12, 13), "f", "CZ")
        assert (third.birth_date, third.sex) == (date(1940, 10, 9), "f")
        assert Client.objects.get(key="2").sex == "m"
        assert first.branch.key == "18", "the account's district decides, not the client's"
        assert (first.adviser.branch, first.adviser.sign_in.username) == (first.branch, "asesor-18")
        assert first.since == date(1995, 3, 24)
        authorised = Relationship.objects.get(client=third)
        assert (authorised.kind, authorised.other.key) == ("authorised", "2")
        assert Branch.objects.filter(parent__key="berka").count() == Staff.objects.count() == 77
        assert Staff.objects.values("branch").distinct().count() == 77
        assert not Client.objects.exclude(adviser__branch=F("branch")).exists(), (
            "a client's adviser works in its branch"
        )

    def _what_was_true_on_the_night(self) -> None:
        there = Holding.objects.filter(opened_on__lte=NIGHT)
        assert there.filter(product__line="deposit").count() == 1_229
        assert there.filter(product__line="loan").count() == 38
        assert there.filter(product__line="card").count() == 6
        assert Client.objects.filter(since__lte=NIGHT).count() == 1_489
        loan = Holding.objects.get(key="loan-5314")
        assert (loan.balance_minor, loan.opened_on, loan.matures_on) == (9_639_600, date(1993, 7, 5), date(1994, 7, 5))
        assert loan.client == Holding.objects.get(key="account-1787").client
        order = StandingOrder.objects.get(key="29401")
        assert (order.holding.key, order.amount_minor, order.purpose, order.payee) == (
            "account-1",
            245_200,
            "household",
            "YZ 87144583",
        )

    def test_a_month_closes_with_what_moved_in_it(self):
        """The balance of each month's close is the one before it plus the month's amounts, but where lines were cut off."""
        import_folder(actor=IMPORT, recipe_path=RECIPE, folder=FOLDER)
        movements = pl.concat(pl.read_parquet(path) for path in lake.paths("transactions"))
        closes = pl.concat(pl.read_parquet(path) for path in lake.paths("balances"))
        moved = movements.group_by("holding", pl.col("on").dt.month_end()).agg(pl.col("amount_minor").sum())
        months = closes.join(moved, on=["holding", "on"]).sort("holding", "on")
        before = pl.col("balance_minor").shift(1).over("holding").fill_null(0)
        off = months.filter((pl.col("balance_minor") - before - pl.col("amount_minor")).abs() > 50)
        assert months.height == 10_950
        assert set(off["on"]) <= {NIGHT}
        assert off.height < 30

    def test_the_command_says_so_to_scripts(self, capsys, tmp_path, monkeypatch):
        monkeypatch.setattr(command, "prepare", lambda: None)
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        refused = tmp_path / "refused.csv"
        options = parser.parse_args([str(FOLDER), "--recipe", str(RECIPE), "--json", "--refused", str(refused)])
        assert command.run(options) == 3
        told = json.loads(capsys.readouterr().out)
        assert told["job"] == Run.objects.get().pk
        assert list(told["entities"]) == [str(entity) for entity in Entity]
        assert told["entities"]["transactions"] == {
            "read": 49_103,
            "created": 49_102,
            "updated": 0,
            "unchanged": 0,
            "refused": 1,
        }
        assert refused.read_text(encoding="utf-8").splitlines()[1].startswith("transactions,trans")
