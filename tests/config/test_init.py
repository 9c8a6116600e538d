"""Founding an institution, and saying again who it is."""

from __future__ import annotations

import argparse
import json

import pytest

from cartera.clock.models import Institution
from cartera.config.commands import init
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "prepare", lambda: None)


def run(*arguments: str) -> None:
    parser = argparse.ArgumentParser()
    init.add_arguments(parser)
    assert init.run(parser.parse_args(arguments)) == 0


@pytest.mark.row("T1")
class TestInit:
    def test_the_first_time_what_is_left_out_is_usual(self):
        run("--name", "Cooperativa Andina")
        there = Institution.objects.get()
        assert (there.name, there.country, there.currency) == ("Cooperativa Andina", "EC", "USD")

    def test_again_changes_only_what_is_given_and_says_what_it_kept(self, capsys: pytest.CaptureFixture[str]):
        run("--name", "Cooperativa Andina", "--country", "PE", "--currency", "PEN", "--zone", "America/Lima")
        Institution.objects.update(pinned_date=TODAY)
        capsys.readouterr()
        run("--currency", "USD", "--json")
        there = Institution.objects.get()
        assert (there.name, there.country, there.currency) == ("Cooperativa Andina", "PE", "USD")
        assert (there.zone, there.pinned_date) == ("America/Lima", TODAY)
        kept = json.loads(capsys.readouterr().out)["kept"]
        assert kept == {"name": "Cooperativa Andina", "country": "PE", "region": "", "zone": "America/Lima"}

    def test_again_in_words(self, capsys: pytest.CaptureFixture[str]):
        run("--name", "Cooperativa Andina")
        run()
        assert "Quedó como estaba: nombre Cooperativa Andina, país EC" in " ".join(capsys.readouterr().out.split())
