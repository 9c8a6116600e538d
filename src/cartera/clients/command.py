"""Find clients that stand more than once, among the clients of this installation or in a file before it is loaded.

  cartera duplicates                 search all clients; the pairs wait for a decision on the screen
  cartera duplicates --json          and print them
  cartera duplicates --file new.csv --key id --map given_name=nombres,surname=apellidos,identifier=cedula --json

A file is searched by itself and nothing is written. Its separator and encoding are recognised. --map says which column
holds what: given_name, surname, second_surname, name (whole, of a person), company, identifier, birth_date, phone, email,
address, city, postcode, region. A field may be named twice (address=street,address=number); the columns are joined.

Each pair has the probability that the two are one client. How many pairs are right (precision) and how many of the
duplicates were found (recall) is estimated from the file alone.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.clients.duplicates.search import Found, find_duplicates
from cartera.clients.duplicates.traits import FIELDS
from cartera.clients.jobs import search_all
from cartera.clock.queries import institution
from cartera.config.installation import prepare
from cartera.intake import separated
from cartera.intake.recipes import Layout
from cartera.intake.rows import ReadFiles
from cartera.kernel.errors import Invalid, NotFound

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
SEPARATORS = (",", ";", "\t", "|")
COUNTRY = "EC"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", type=Path, metavar="FILE.csv", help="search this file, not the installation")
    parser.add_argument("--map", default="", metavar="FIELD=COLUMN,…", help="which column of the file holds what")
    parser.add_argument("--key", default="", metavar="COLUMN", help="the column that names a row of the file")
    parser.add_argument("--country", default="", metavar="CC", help="whose telephones are in the file (ISO 3166)")
    parser.add_argument("--json", action="store_true", help="print the pairs as JSON")


def run(options: argparse.Namespace) -> int:
    if options.file:
        keys, found = _in_file(options)
    elif options.map or options.key:
        raise Invalid(_("--map and --key belong to --file."))
    else:
        prepare()
        searched = search_all()
        keys, found = searched.keys, searched.found
    if options.json:
        print(json.dumps(_as_json(keys, found), ensure_ascii=False))  # noqa: T201
    else:
        _show(keys, found)
    return 0


def _in_file(options: argparse.Namespace) -> tuple[list[str], Found]:
    columns = _mapped(options.map)
    if not options.key:
        raise Invalid(_("Say with --key which column names a row."))
    used = dict.fromkeys([options.key, *(column for named in columns.values() for column in named)])
    rows = _read(options.file, tuple(used)).rows
    keys = rows[options.key].to_list()
    if None in keys:
        raise Invalid(_("Line %(line)s has no %(key)s.") % {"line": keys.index(None) + 2, "key": options.key})
    if twice := [key for key, times in Counter(keys).items() if times > 1]:
        raise Invalid(
            _("%(count)s values of %(key)s stand more than once, such as %(value)s.")
            % {"count": len(twice), "key": options.key, "value": twice[0]}
        )
    records = rows.select(
        pl.concat_str(named, separator=" ", ignore_nulls=True).alias(field) for field, named in columns.items()
    )
    return keys, find_duplicates(records, options.country.upper() or _country())


def _mapped(text: str) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = part.partition("=")
        if not equals or not column.strip():
            raise Invalid(_("--map says FIELD=COLUMN, not %(part)s.") % {"part": part})
        if field.strip() not in FIELDS:
            raise Invalid(
                _("There is no field %(field)s; there are %(known)s.") % {"field": field, "known": ", ".join(FIELDS)}
            )
        columns.setdefault(field.strip(), []).append(column.strip())
    if not columns:
        raise Invalid(_("Say with --map which columns hold the names, the identifier or the birth date."))
    return columns


def _read(path: Path, columns: tuple[str, ...]) -> ReadFiles:
    content = path.read_bytes()
    encoding = _encoding(content)
    heading = content.decode(encoding, "replace").lstrip("\ufeff").partition("\n")[0]
    separator = max(SEPARATORS, key=heading.count)
    layout = Layout(separator=separator, encoding=encoding.removesuffix("-sig"), columns=columns)
    found = separated.read(io.BytesIO(content), path.name, layout, frozenset(columns))
    if found.refused.height:
        told = _("%(count)s lines of the file could not be read and were left out.") % {"count": found.refused.height}
        print(told, file=sys.stderr)  # noqa: T201
    return found


def _encoding(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise AssertionError("latin-1 reads every byte")


def _country() -> str:
    """The institution's; a file may be searched before there is one, or a database."""
    try:
        return institution().country
    except (NotFound, OperationalError, ProgrammingError):
        return COUNTRY


def _as_json(keys: list[str], found: Found) -> dict[str, Any]:
    pairs = [{"a": keys[a], "b": keys[b], "probability": round(p, 4)} for a, b, p in found.pairs.iter_rows()]
    return {"pairs": pairs, "estimated": {"precision": round(found.precision, 4), "recall": round(found.recall, 4)}}


def _show(keys: list[str], found: Found) -> None:
    console = Console()
    table = Table(title=_("%(count)s pairs may be one client each") % {"count": found.pairs.height})
    for heading in ("a", "b", _("probability")):
        table.add_column(heading, justify="right" if heading not in "ab" else "left")
    for a, b, probability in found.pairs.head(SHOWN).iter_rows():
        table.add_row(keys[a], keys[b], f"{probability:.1%}")
    console.print(table)
    if found.pairs.height > SHOWN:
        console.print(_("… and %(count)s more: --json prints them all.") % {"count": found.pairs.height - SHOWN})
    console.print(
        _("Estimated: %(precision)s of these are right, and %(recall)s of all duplicates are among them.")
        % {"precision": f"{found.precision:.1%}", "recall": f"{found.recall:.1%}"}
    )
