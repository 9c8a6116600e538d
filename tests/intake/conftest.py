"""What the tests of the intake share: a scratch lake, English reasons, and recipes written in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation

from cartera.kernel.actor import Actor

IMPORT = Actor.system("import", "import.*", "institution.*", "team.*", "service.*")


@pytest.fixture
def lake_home(tmp_path, settings) -> Path:
    settings.CARTERA_HOME = tmp_path / "home"
    return tmp_path


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write files into a folder: `write({"clients.csv": "..."})` returns the folder."""

    def make(files: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return make
