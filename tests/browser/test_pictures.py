"""The pictures of the guide can be taken; that the guide shows each of them is a test of the documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.pictures import PICTURES, Picture, take

LEAST_COLOURS = 50


@pytest.mark.row("Y10")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_it_can_be_taken(picture: Picture, browser: Browser, address: str, tmp_path: Path):
    with Image.open(take(picture, browser, address, tmp_path)) as taken:
        assert len(taken.convert("RGB").getcolors(taken.width * taken.height) or ()) > LEAST_COLOURS
