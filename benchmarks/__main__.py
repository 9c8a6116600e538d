"""Measure, and write benchmarks/RESULTS.md: each line a ratio within one run against a named peer or limit.

  python -m benchmarks                         everything; about half an hour
  python -m benchmarks business_time agenda    these, the others' sections stay as they are
  python -m benchmarks web --clients 1000 5000

The web and the night are measured on PostgreSQL when `--server` names one, and on SQLite. CPU seconds are those of the
processes that do the work, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lines import Result
from benchmarks.machine import described
from benchmarks.scratch import apart

RESULTS = Path(__file__).with_name("RESULTS.md")
TOPICS = ("business_time", "agenda", "import_speed", "demo_speed", "value_speed", "night", "web")
PREFACE = """\
# Results

`python -m benchmarks` (or `make bench`) writes this file. Every line compares two figures of one run on one machine: ours
with that of a named peer that does the same work, or with a limit. The ratio is ours over theirs, so less is better; ✗ marks
one that misses its aim. CPU is user and system time of the processes that do the work, imports left out where they say so.
"""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    text: str


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*TOPICS, []], metavar="NAME", help=", ".join(TOPICS))
    parser.add_argument("--server", default="", help="a PostgreSQL server, as a URL without a database")
    parser.add_argument("--clients", type=int, nargs=2, default=(10_000, 100_000), help="the two sizes of a bank")
    parser.add_argument("--keep", default="", help="a folder in which banks are kept for the next time")
    chosen = parser.parse_args(arguments)
    options = {"server": chosen.server, "sizes": chosen.clients, "keep": chosen.keep}
    for name in chosen.names or TOPICS:
        print(f"{name} …", file=sys.stderr, flush=True)
        result = Result.from_json(apart(f"benchmarks.{name}:told", **options))
        section = Section(result.title, "\n".join(result.markdown(described())))
        print(section.text, flush=True)
        RESULTS.write_text(written(section, sections_of(RESULTS)), encoding="utf-8")
    return 0


def sections_of(file: Path) -> list[Section]:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    parts = text.split("\n## ")[1:]
    return [Section(part.partition("\n")[0], f"## {part.rstrip()}\n") for part in parts]


def written(new: Section, others: Iterable[Section]) -> str:
    """The whole file with a section in its place, or after the others."""
    sections = {section.title: section for section in others} | {new.title: new}
    return "\n".join([PREFACE, *(section.text.rstrip() + "\n" for section in sections.values())])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
