"""How banks call their columns and files: `synonyms.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from cartera.intake.entities import Entity


@cache
def of_columns() -> Mapping[Entity, Mapping[str, tuple[str, ...]]]:
    """The headings that mean each target of each entity, as `cartera.clients.rules.plain` writes words."""
    book = _book()
    return {
        Entity(entity): {target: _phrases(listed, book["shared"]) for target, listed in targets.items()}
        for entity, targets in book["columns"].items()
    }


@cache
def of_files() -> Mapping[Entity, tuple[str, ...]]:
    """The words in a file's name that tell what it holds."""
    book = _book()
    return {Entity(entity): _phrases(listed, {}) for entity, listed in book["files"].items()}


@cache
def given_names() -> frozenset[str]:
    """Words that are given names far more often than surnames: they tell which of them a file writes first."""
    return frozenset(_book()["names"]["given"].split())


@cache
def _book() -> Mapping[str, Any]:
    text = files("cartera.intake.proposals").joinpath("synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _phrases(listed: str, shared: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for phrase in " ".join(listed.split()).split("|"):
        one = phrase.strip()
        found += _phrases(shared[one[1:]], shared) if one.startswith("@") else [one]
    return tuple(dict.fromkeys(found))
