"""What `cartera import` shows on a terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartera.intake.frames import EntityCounts
from cartera.intake.importing import Imported
from cartera.intake.proposals.proposal import Proposal

SHOWN = 10


def show_imported(imported: Imported, *, dry_run: bool) -> None:
    console = Console()
    table = Table(title=_("What would happen; nothing was written") if dry_run else _("What happened"))
    for heading in ("", _("read"), _("created"), _("updated"), _("unchanged"), _("refused")):
        table.add_column(heading, justify="right" if heading else "left")
    for entity, counts in imported.counts.items():
        if counts != EntityCounts():
            table.add_row(str(entity), *(f"{number:,}" for number in asdict(counts).values()))
    console.print(table)
    for row in imported.refused.head(SHOWN).iter_rows(named=True):
        place = escape(f"{row['file']}:{row['line']}")
        console.print(
            f"[bold]{place}[/] {escape(row['column'])} [dim]{escape(repr(row['value']))}[/] {escape(row['reason'])}",
            highlight=False,
        )
    if imported.total_refused > SHOWN:
        console.print(_("… and {n} more: --refused FILE.csv writes them all.").format(n=imported.total_refused - SHOWN))


def show_proposal(proposal: Proposal, written: Path) -> None:
    """What each file and each column seems to be, how surely, and why."""
    console = Console()
    missing = proposal.missing()
    for file in proposal.files:
        title = f"{file.name}: {file.entity or '?'} · {file.confidence:.0%}"
        table = Table(title=escape(title), caption=escape(file.problem or file.reason))
        for heading in (_("column"), _("samples"), _("becomes"), _("sure"), _("why")):
            table.add_column(heading)
        for column in file.columns:
            sure = f"{column.confidence:.0%}" if column.target else ""
            samples = ", ".join(column.samples[:2])
            table.add_row(*map(escape, (column.name, samples, column.target or "", sure, column.reason)))
        console.print(table)
        if file.name in missing:
            words = _("It is left out: no column fills {targets}.")
            console.print(words.format(targets=", ".join(missing[file.name])), style="bold")
    words = _("Written to {file}. Look it over, then: cartera import --recipe {file} FILE… --dry-run")
    console.print(words.format(file=written), markup=False, highlight=False)
