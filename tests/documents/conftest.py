"""Files as people bring them, and as somebody with bad intentions does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cartera.documents.actions import Offered

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def offered(name: str, content: bytes) -> Offered:
    return Offered(name, len(content), io.BytesIO(content))


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 900), **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return written.getvalue()


def archive(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.CARTERA_HOME = tmp_path / "home"
    settings.CARTERA_KEYS = tmp_path / "keys"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "home" / "incoming"
    return tmp_path / "home"


@pytest.fixture
def lying(home: Path) -> Callable[[], list[str]]:
    """The names of the files that are kept."""
    return lambda: sorted(path.name for path in (home / "documents").glob("??/*"))
