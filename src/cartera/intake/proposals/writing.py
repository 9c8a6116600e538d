"""A proposal as a recipe: TOML that says what was guessed, how surely and why, and loads as it is where it can."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cartera.clients.rules import plain
from cartera.intake.entities import Entity
from cartera.intake.proposals import writing_entities
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.toml import table, text

if TYPE_CHECKING:
    from cartera.intake.proposals.proposal import FileProposal, Proposal


def recipe_toml(proposal: Proposal) -> str:
    """The whole recipe. Files of which nobody knows what they hold are named in a comment."""
    draft = Draft(proposal)
    for entity in Entity:
        for file in proposal.files:
            if file.entity is entity and not missing_in(file):
                writing_entities.WRITERS[entity](draft, file)
    parts = [_head(proposal), _bank(proposal), *(_file(draft, file) for file in proposal.files)]
    parts += [*draft.products.values(), *(_codes(name, codes) for name, codes in draft.codes.items())]
    parts += [*draft.tables.values(), *(block for entity in Entity for block in draft.blocks.get(entity, ()))]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def missing(proposal: Proposal) -> Mapping[str, tuple[str, ...]]:
    lacking = {file.name: missing_in(file) for file in proposal.files if file.entity}
    return {name: targets for name, targets in lacking.items() if targets}


_ONE_OF: Mapping[Entity, tuple[tuple[str, ...], ...]] = {
    Entity.BRANCHES: (("key", "name"),),
    Entity.STAFF: (("key", "username", "email", "name"), ("name", "given_name", "surname", "key")),
    Entity.CLIENTS: (("name", "surnames_first", "company_name", "given_name", "surname", "surnames"),),
    Entity.RELATIONSHIPS: (("client",), ("other",)),
    Entity.HOLDINGS: (("client",),),
    Entity.BALANCES: (("holding",), ("on",), ("balance_minor",)),
    Entity.TRANSACTIONS: (("holding",), ("on",), ("amount_minor",)),
    Entity.STANDING_ORDERS: (("holding",), ("payee",), ("amount_minor",)),
    Entity.INTERACTIONS: (("client",), ("happened_at",)),
}


def missing_in(file: FileProposal) -> tuple[str, ...]:
    """The targets of a file's entity without one of which none of its rows can be loaded; the first of those that would do."""
    if file.entity is None:
        return ()
    there = {column.target for column in file.columns}
    return tuple(choices[0] for choices in _ONE_OF[file.entity] if not there & set(choices))


@dataclass(slots=True)
class Draft:
    """The recipe as far as it is written: blocks of TOML by what they are of, each name of a table given once."""

    proposal: Proposal
    products: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Mapping[str, str | bool]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    blocks: dict[Entity, list[str]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def name_of(self, file: FileProposal) -> str:
        """How the recipe calls a file: a word of its own."""
        if file.name not in self._names:
            words = plain(file.name.rpartition(".")[0] or file.name)
            word = re.sub(r"[^a-z0-9]+", "_", words).strip("_") or "archivo"
            taken = set(self._names.values())
            numbered = (f"{word}_{number}" for number in range(2, 1000))
            self._names[file.name] = word if word not in taken else next(one for one in numbered if one not in taken)
        return self._names[file.name]

    def add_table(self, name: str, lines: Iterable[str]) -> str:
        self.tables.setdefault(name, "\n".join((f"[tables.{name}]", *lines)))
        return name

    def add_codes(self, name: str, codes: Mapping[str, str | bool]) -> str:
        self.codes.setdefault(name, codes)
        return name

    def add_product(self, key: str, name: str, line: str) -> str:
        told = _("a guess: how much the product earns is for you to say: margin_ppm, fee_minor")
        lines = ("[[products]]", f"key = {text(key)}", f"name = {text(name)}", f"line = {text(line)}  # {told}")
        self.products.setdefault(key, "\n".join(lines))
        return key

    def load(
        self,
        entity: Entity,
        origin: str,
        columns: Mapping[str, object],
        *,
        notes: Mapping[str, str] | None = None,
        unused: Sequence[Column] = (),
        head: Sequence[str] = (),
        title: str = "",
    ) -> None:
        """One [[entity]] with its columns, each with the reason for it."""
        lines = [*comment(title)]
        lines += [f"[[{entity}]]", *([f"from = {text(origin)}"] if origin else []), *head, f"[{entity}.columns]"]
        for name, value in columns.items():
            note = (notes or {}).get(name, "")
            lines.append(f"{name} = {table(value)}" + (f"  # {one_line(note)}" if note else ""))
        if unused:
            lines += comment(_("Not used:"))
            lines += [f"#   {one_line(column.name)}: {one_line(column.reason)}" for column in unused]
        self.blocks.setdefault(entity, []).append("\n".join(lines))


def one_line(words: str) -> str:
    """Words that can stand in a comment."""
    return "".join(one if one.isprintable() else " " for one in words)


def comment(words: str) -> list[str]:
    return [f"# {one_line(line)}" for line in words.splitlines()]


def _head(proposal: Proposal) -> str:
    lines = comment(_("Proposed by Cartera on {day} from what the files look like.").format(day=proposal.written_on))
    lines += comment(
        _("Beside each column: how sure it is, and why. Correct what is wrong; recipes/README.md explains the rest.")
    )
    for file in proposal.files:
        if file.problem:
            lines += comment(_("{file} could not be read: {why}").format(file=file.name, why=file.problem))
        elif file.entity is None:
            lines += comment(_("{file} is left out: nobody knows what it holds.").format(file=file.name))
        elif lacking := missing_in(file):
            words = _("{file} is left out: it seems to hold {entity}, and no column fills {targets}.")
            lines += comment(words.format(file=file.name, entity=file.entity, targets=", ".join(lacking)))
    return "\n".join(lines)


def _bank(proposal: Proposal) -> str:
    lines = ["[bank]", f"system = {text(proposal.system)}"]
    if bank := proposal.bank:
        guess = _("a guess: correct it")
        told = (("name", bank.name), ("country", bank.country), ("currency", bank.currency), ("zone", bank.zone))
        lines += [f"{name} = {text(value)}  # {guess}" for name, value in told]
    else:
        lines += comment(_("name, country, currency and zone are those of this installation"))
    return "\n".join(lines)


def _file(draft: Draft, file: FileProposal) -> str:
    if file.entity is None or file.problem or missing_in(file):
        return ""
    written = file.format
    said: dict[str, object] = {"pattern": _literal(file.file)}
    if written.kind == "csv":
        said |= {"separator": written.separator, "encoding": written.encoding, "quote": written.quote}
    if written.sheet:
        said["sheet"] = written.sheet
    if written.heading == 0:
        said |= {"header": False, "columns": [column.name for column in file.columns]}
    elif written.heading > 1:
        said["skip_lines"] = written.heading - 1
    said |= {"decimal": written.decimal, "thousands": written.thousands, "dates": list(written.dates)}
    if written.nothing:
        said["nothing"] = list(written.nothing)
    lines = [f"{name} = {table(value)}" for name, value in said.items()]
    sure = _("{sure} % {entity}: {why}").format(
        sure=round(file.confidence * 100), entity=file.entity, why=one_line(file.reason)
    )
    return "\n".join([f"[files.{draft.name_of(file)}]  # {sure}", *lines])


def _literal(name: str) -> str:
    """A pattern that only this name matches."""
    return re.sub(r"([*?[])", r"[\1]", name)


def _codes(name: str, codes: Mapping[str, str | bool]) -> str:
    unknown = [code for code, meaning in codes.items() if meaning == ""]
    lines = [f"[codes.{name}]"]
    if unknown:
        lines += comment(
            _("nobody knows what these mean; they become nothing, or what “else” says: ") + ", ".join(unknown)
        )
    lines += [f"{text(code)} = {table(meaning)}" for code, meaning in codes.items() if meaning != ""]
    return "\n".join(lines)
