"""From files to a proposal: look at each, say what its columns hold, guess what the file is, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from cartera.clients.rules import plain
from cartera.intake.entities import Bank, Entity
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.proposal import FileProposal, Format, Proposal
from cartera.intake.proposing.entities import guess
from cartera.intake.proposing.linking import linked
from cartera.intake.proposing.looking import Look, look_at
from cartera.intake.proposing.recognising import as_written, recognise, totals_of, without
from cartera.intake.reading import UnreadableFile

SAMPLES = 5
SHOWN = 60  # characters of a sample
COLUMNS = 300  # that are looked at; nobody's clients have more


def propose(files: Sequence[Path], *, bank: Bank | None = None, on: date | None = None) -> Proposal:
    """What these files seem to be. A file that cannot be read is in the proposal with its problem.

    `bank` goes into the recipe; without it the recipe means the installation's own institution. `on` is the day that
    stands for a date that nobody gave, today unless it is told.
    """
    looks: list[Look] = []
    proposals: list[FileProposal] = []
    for path in files:
        try:
            seen = look_at(path)
            proposals += [_proposed(one) for one in seen]
        except UnreadableFile as error:
            proposals.append(_unreadable(path, str(error.detail)))
            continue
        looks += seen
    day = on or date.today()  # noqa: DTZ011
    return Proposal(
        files=tuple(proposals),
        system=_system(proposals),
        written_on=day,
        bank=bank,
        links=linked({look.name: look.rows for look in looks}, proposals),
    )


def _proposed(look: Look) -> FileProposal:
    if look.rows.width > COLUMNS and not look.format.heading:
        raise UnreadableFile(_("{file} has {n} columns and no headings.").format(file=look.name, n=look.rows.width))
    rows = look.rows.select(look.rows.columns[:COLUMNS])
    totals = totals_of(rows)
    rows = without(rows, totals)
    contents = recognise(rows)
    columns = tuple(Column(name, _samples(rows[name]), contents[name]) for name in rows.columns)
    found = guess(look.name, columns)
    written = as_written(replace(look.format, totals=totals), contents.values(), rows)
    return FileProposal(
        name=look.name,
        file=look.file,
        format=written,
        entity=found.entity,
        confidence=found.confidence,
        reason=found.reason,
        columns=found.columns,
        rows=look.rows.height,
        whole=look.whole,
    )


def _unreadable(path: Path, why: str) -> FileProposal:
    return FileProposal(path.name, path.name, Format(), None, 0.0, "", (), problem=why)


def _samples(cells: pl.Series) -> tuple[str, ...]:
    return tuple(cell[:SHOWN] for cell in cells.drop_nulls().unique(maintain_order=True).head(SAMPLES))


def _system(proposals: Sequence[FileProposal]) -> str:
    """What the source is called: the word of its file of clients, so that its keys mix with nobody else's."""
    ordered = sorted(proposals, key=lambda one: one.entity is not Entity.CLIENTS)
    words = re.sub(r"[\d\W_]+", "-", plain(ordered[0].file.rpartition(".")[0])).strip("-") if ordered else ""
    return words[:32].strip("-") or "archivo"
