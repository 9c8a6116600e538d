"""Values as TOML writes them; reading is Python's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date


class Raw(str):
    """TOML that is written already."""


def text(value: str) -> str:
    """A basic string. What has no place in a file (lone surrogates) is replaced."""
    clean = value.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def table(value: object) -> str:
    """A value on one line: text, number, flag, day, list or table."""
    match value:
        case Raw():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case str():
            return text(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(str(name))} = {table(one)}" for name, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(table(one) for one in value) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a recipe")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else text(name)
