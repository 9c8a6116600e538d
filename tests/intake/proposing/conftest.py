"""Files as banks really write them, and loading them through the recipe that is proposed for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter

from cartera.intake.importing import Imported, import_folder
from cartera.intake.proposals.proposal import Proposal
from cartera.intake.proposing import propose
from cartera.intake.proposing.banks import likely_bank
from tests.intake.conftest import IMPORT

TODAY = date(2026, 6, 16)


@pytest.fixture
def looked_at(write) -> Callable[[dict[str, str | bytes]], Proposal]:
    """What is proposed for files, given as name and content."""

    def look(files: dict[str, str | bytes]) -> Proposal:
        folder = write(files)
        return propose([folder / name for name in files], on=TODAY)

    return look


@pytest.fixture
def loaded(write, tmp_path) -> Callable[[dict[str, str | bytes]], Imported]:
    """The files, loaded through the recipe that is proposed for them, unchanged, into an empty installation."""

    def load(files: dict[str, str | bytes]) -> Imported:
        folder = write(files)
        paths = [folder / name for name in files]
        proposal = propose(paths, on=TODAY)
        recipe = tmp_path / "proposed.toml"
        recipe.write_text(proposal.with_bank(likely_bank(proposal)).recipe_toml(), encoding="utf-8")
        return import_folder(actor=IMPORT, recipe_path=recipe, folder=paths)

    return load


@pytest.fixture
def workbook(tmp_path) -> Callable[[dict[str, list[list[object]]]], bytes]:
    """An XLSX with these sheets; a date is written as a date, None as nothing."""

    def make(sheets: dict[str, list[list[object]]]) -> bytes:
        path = tmp_path / "made.xlsx"
        book = xlsxwriter.Workbook(str(path))
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write(row, column, cell)
        book.close()
        return path.read_bytes()

    return make
