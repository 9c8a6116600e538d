"""The examples of docs/dev/api.md, sent one after another as its reader would."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any

import pytest

from cartera.agenda.models import Plan, PlanItem
from cartera.clients.models import Channel, Client
from cartera.team.models import Staff
from tests.api.conftest import Program
from tests.conftest import NOW, given

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "dev" / "api.md"
EXAMPLE = re.compile(r"^```sh\n(curl .*?)^```\n\n```json\n(.*?)^```$", re.M | re.S)
NUMBERS = {"id", "client", "follows"}
"""Ids in the guide are somebody else's."""


def sent(program: Program, command: str, known: dict[str, str]) -> Any:
    """Do what a `curl` command asks, through the program's token."""
    asked, _, body = command.partition("<<END\n")
    words = shlex.split(asked)
    address = next(word for word in words if word.startswith("$API")).removeprefix("$API")
    headers = dict(word.split(": ", 1) for word in words if re.match(r"[A-Z][\w-]+: ", word))
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    path = "/api/v1" + Template(address).substitute(known)
    if not body:
        return program.http.get(path, headers=headers)
    assert words[-2:] == ["--json", "@-"]
    content = Template(body.removesuffix("END\n")).substitute(known)
    return program.http.post(path, content, content_type="application/json", headers=headers)


def shows(told: Any, real: Any) -> bool:
    """Whether an answer holds all that the guide shows of it; ids only have to be there."""
    if isinstance(told, dict):
        return all(name in real and (name in NUMBERS or shows(value, real[name])) for name, value in told.items())
    if isinstance(told, list):
        return len(told) == len(real) and all(shows(*pair) for pair in zip(told, real, strict=True))
    return bool(told == real)


@pytest.fixture
def planned(ana_staff: Staff, rosa: Client) -> None:
    """A call tomorrow at nine is all of Ana's plan."""
    tomorrow = NOW.replace(hour=14, minute=0) + timedelta(days=1)
    on = tomorrow.date()
    plan = given(
        Plan,
        staff=ana_staff,
        from_day=NOW.date(),
        until_day=on,
        solved_at=NOW,
        gap_ppm=4000,
        value_minor=5600,
        bound_minor=5622,
        capacity={str(on): {"available": 378, "planned": 18}},
    )
    about = {"plan": plan, "client": rosa, "channel": Channel.PHONE}
    given(PlanItem, **about, day=on, part="morning", place=1, starts_at=tomorrow, minutes=18, value_minor=5600)


@pytest.mark.row("Y6")
@pytest.mark.usefixtures("planned")
def test_each_example_answers_what_the_guide_shows(ana_api: Program, rosa: Client):
    examples = EXAMPLE.findall(GUIDE.read_text())
    assert len(examples) == GUIDE.read_text().count("\ncurl ")
    known: dict[str, str] = {"CLIENT": str(rosa.pk)}
    for command, told in examples:
        answer = sent(ana_api, command, known).json()
        assert shows(json.loads(told), answer), json.dumps(answer, ensure_ascii=False)
        if "what" in answer:
            known["PROMISE"] = str(answer["id"])
