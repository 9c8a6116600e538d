"""The pictures of the guide can be taken, and the guide shows each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.pictures import PICTURES, Picture, take

DOCS = Path(__file__).resolve().parents[2] / "docs"
LEAST_COLOURS = 50


@pytest.mark.row("Y10")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_it_can_be_taken(picture: Picture, browser: Browser, address: str, tmp_path: Path):
    with Image.open(take(picture, browser, address, tmp_path)) as taken:
        assert len(taken.convert("RGB").getcolors(taken.width * taken.height) or ()) > LEAST_COLOURS


def test_the_guide_shows_each_of_them():
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*/*.md"))
    names = {picture.name for picture in PICTURES}
    assert {name for name in names if f"images/{name}.png" not in pages} == set()
    assert {file.stem for file in (DOCS / "images").glob("*.png")} == names
