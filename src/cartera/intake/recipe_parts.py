"""One table of a recipe's TOML: it knows where it stands, what was asked of it, and says what was expected there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cartera.kernel.errors import CarteraError


class RecipeError(CarteraError):
    """A recipe that cannot be followed: which file, which key in it, what was expected there."""

    code = "recipe"


class Part:
    """One table of the TOML file, which remembers where it stands and which of its keys were asked for."""

    def __init__(self, path: Path, where: str, values: Any) -> None:
        self.path, self.where = path, where
        if not isinstance(values, dict):
            raise self.error("", _("a table of keys and values"))
        self.values: dict[str, Any] = values
        self.asked: set[str] = set()

    def error(self, key: str, expected: str) -> RecipeError:
        place = ".".join(filter(None, (self.where, key)))
        return RecipeError(
            _("{file}: {place}: expected {expected}").format(file=self.path.name, place=place, expected=expected)
        )

    def _get(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self.asked.add(key)
        if key not in self.values and default is not None:
            return default
        value = self.values.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, expected)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._get(key, str, _("a text"), default))

    def whole(self, key: str, default: int | None = None) -> int:
        return int(self._get(key, int, _("a whole number"), default))

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._get(key, bool, _("true or false"), default))

    def day(self, key: str) -> date | None:
        self.asked.add(key)
        value = self.values.get(key)
        if value is not None and type(value) is not date:
            raise self.error(key, _("a day, such as 1994-03-31"))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._get(key, (str, list), _("a text or a list of texts"), default)
        listed = [value] if isinstance(value, str) else list(value)
        if not all(isinstance(one, str) for one in listed):
            raise self.error(key, _("a text or a list of texts"))
        return tuple(listed)

    def choice(self, key: str, among: Iterable[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in set(among):
            raise self.error(key, _("one of {choices}").format(choices=", ".join(among)))
        return value

    def part(self, key: str) -> Part:
        self.asked.add(key)
        return Part(self.path, ".".join(filter(None, (self.where, key))), self.values.get(key, {}))

    def parts(self, key: str) -> list[Part]:
        """A list of tables; one table alone is a list of one."""
        self.asked.add(key)
        value = self.values.get(key, [])
        listed = value if isinstance(value, list) else [value]
        return [Part(self.path, f"{self.where}{key}[{number}]", one) for number, one in enumerate(listed, start=1)]

    def finish(self) -> None:
        """Every key was understood; one that was not is perhaps misspelt."""
        for key in self.values:
            if key not in self.asked:
                near = get_close_matches(key, self.asked, 1)
                known = _("“{key}”").format(key=near[0]) if near else ", ".join(sorted(self.asked))
                raise self.error(key, _("another key here, perhaps {known}").format(known=known))
