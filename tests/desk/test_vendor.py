"""The third-party files that we serve are the ones that the lock names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import vendor_assets


def test_files_are_as_locked():
    assert vendor_assets.problems(vendor_assets.read_lock(vendor_assets.LOCK.read_text())) == []


def test_a_changed_file_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "x.js").write_text("changed")
    monkeypatch.setattr(vendor_assets, "ROOT", tmp_path)
    files = (vendor_assets.Copied("x.js", "x.js", "0" * 64), vendor_assets.Copied("y.js", "y.js", "0" * 64))
    found = vendor_assets.problems([vendor_assets.Package("x", "1.0.0", "MIT", files)])
    assert [problem.split(":")[0] for problem in found] == ["x.js", "y.js"]


def test_the_lock_is_written_as_it_is_read():
    text = vendor_assets.LOCK.read_text()
    assert vendor_assets.written_lock(vendor_assets.read_lock(text)) == text


def test_every_vendored_file_is_locked():
    here = vendor_assets.LOCK.parent
    kept = {path.relative_to(vendor_assets.ROOT).as_posix() for path in here.rglob("*") if path.is_file()}
    locked = {
        file.target for package in vendor_assets.read_lock(vendor_assets.LOCK.read_text()) for file in package.files
    }
    assert kept - {vendor_assets.LOCK.relative_to(vendor_assets.ROOT).as_posix()} <= locked


def test_a_sprite_keeps_the_drawing_and_leaves_its_looks_to_the_page():
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" stroke-width="2">'
        b'<path stroke="none" d="M0 0h24v24H0z"/><path d="M5 12h14"/></svg>'
    )
    made = vendor_assets.sprite({"package/o/minus.svg": drawing}, "o/", ("minus",)).decode()
    assert '<symbol id="i-minus" viewBox="0 0 24 24"><path d="M5 12h14"/></symbol>' in made
    assert "stroke" not in made
