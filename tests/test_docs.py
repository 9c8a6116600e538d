"""What is written is true: links, commands, settings, dependencies, pictures, and the tables that are generated."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from tools.data_model import FILE as DATA_MODEL
from tools.data_model import page as data_model
from tools.screenshots import PICTURES

from cartera.config.command import SUBCOMMANDS, parser_for

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**/*.md", "recipes/README.md")
DOCUMENTS = sorted(file for pattern in WRITTEN for file in ROOT.glob(pattern))
IMAGES = ROOT / "docs" / "images"
LARGEST_IMAGE = 256 * 1024

FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)
SPOKEN = re.compile(r"`([^`\n]+)`")
LINKED = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
TYPED = re.compile(r"(?<![\w./-])(cartera|make demo)(?= |$)([^&;|]*)")
SETTING = re.compile(r"\b(?:CARTERA_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")
named = {"ids": lambda file: str(file.relative_to(ROOT))}


def prose(text: str) -> str:
    """A document without what stands in fences and between backticks: there brackets are no links."""
    return SPOKEN.sub("", FENCED.sub("", text))


def anchors(file: Path) -> set[str]:
    """The names that a reader of the repository's pages gives to its headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", file.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> Iterator[list[str]]:
    """Every `cartera …` that a document tells to type, as words."""
    fenced = (line for kind, block in FENCED.findall(text) if kind in ("sh", "text") for line in block.splitlines())
    for line in (*fenced, *SPOKEN.findall(FENCED.sub("", text))):
        for name, rest in TYPED.findall(line):
            words = shlex.split(rest, comments=True)
            given = next((word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")), "")
            yield words if name == "cartera" else ["demo", *shlex.split(given)]


@pytest.mark.parametrize("file", DOCUMENTS, **named)
class TestEveryDocument:
    def test_links_to_what_is_there(self, file: Path):
        broken = []
        for link in LINKED.findall(prose(file.read_text())):
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            there = (file.parent / path).resolve() if path else file
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(link)
        assert broken == []

    def test_tells_commands_that_the_parser_takes(self, file: Path, capsys: pytest.CaptureFixture[str]):
        refused = [words for words in commands(file.read_text()) if not is_taken(words)]
        assert refused == [], capsys.readouterr().err

    def test_names_settings_that_the_product_reads(self, file: Path):
        known = {
            name
            for source in (*ROOT.glob("src/cartera/config/**/*.py"), ROOT / "Makefile")
            for name in SETTING.findall(source.read_text())
        }
        assert set(SETTING.findall(file.read_text())) <= known


def is_taken(words: list[str]) -> bool:
    """Whether the command is one of ours, with arguments that its own parser takes; alone, it is only spoken of."""
    name, *arguments = words or ["demo"]
    if name not in {subcommand.name for subcommand in SUBCOMMANDS}:
        return False
    if not arguments or "--help" in arguments:
        return True
    try:
        options: argparse.Namespace = parser_for(name).parse_args(words)
    except SystemExit:
        return False
    return name != "manage" or options.words[0] in get_commands()


def test_a_command_that_is_none_or_has_a_wrong_option_is_found():
    told = "```sh\ncartera nightly --dry-run  # no such option\ncartera dance\ncartera nightly --date 2026-06-16\n```"
    assert [is_taken(words) for words in commands(told)] == [False, False, True]


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    told = (ROOT / "docs" / "dependencies.md").read_text()
    wanted = [
        *project["project"]["dependencies"],
        *(name for group in project["dependency-groups"].values() for name in group),
    ]
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted}
    rows = re.findall(r"^\| ([a-z][^|]*) \|", told, re.M)
    in_the_table = {re.split(r"[ <>=]", name.strip())[0] for row in rows if row != "package" for name in row.split(",")}
    assert {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)} == set()
    assert in_the_table - names == set()


class TestPictures:
    def test_are_those_that_the_tool_takes(self):
        assert {file.stem for file in IMAGES.glob("*.png")} == {picture.name for picture in PICTURES}

    def test_are_light_and_each_is_shown_somewhere(self):
        shown = {Path(link).name for file in DOCUMENTS for link in LINKED.findall(file.read_text())}
        for file in IMAGES.glob("*.png"):
            assert file.stat().st_size <= LARGEST_IMAGE, file.name
            assert file.name in shown


def test_the_data_model_is_the_one_that_the_tables_say():
    assert DATA_MODEL.read_text(encoding="utf-8") == data_model(), (
        "docs/dev/data-model.md is out of date: run `python tools/data_model.py`"
    )
