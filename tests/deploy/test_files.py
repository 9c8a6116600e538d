"""The files of a real installation are what systemd and nginx understand, and say what the program says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = ("cartera-web@8001.service", "cartera-worker@1.service", "cartera-small.service")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_the_unit(unit: str, tmp_path: Path):
    program = tmp_path / "cartera"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for file in (DEPLOY / "systemd").iterdir():
        text = file.read_text().replace("/opt/cartera/current/bin/cartera", str(program))
        (tmp_path / file.name).write_text(text)
    found = subprocess.run(["systemd-analyze", "verify", str(tmp_path / unit)], capture_output=True, text=True)
    said = [line for line in found.stderr.splitlines() if "cartera" in line]
    assert (found.returncode, said) == (0, [])


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_can_do_no_more_than_it_needs(unit: Path):
    told = unit.read_text()
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=cartera"} <= set(told.splitlines())


def test_every_setting_of_the_template_is_one_that_the_program_reads():
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / "cartera.env").read_text(), re.M))
    settings = "".join(file.read_text() for file in (DEPLOY.parent / "src/cartera/config").rglob("*.py"))
    assert len(named) > 8
    assert {name for name in named if f'"{name}"' not in settings} == set()
