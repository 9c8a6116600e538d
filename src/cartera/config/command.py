"""The `cartera` command: one door for people and scripts. Each subcommand lives in the room that it belongs to."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.utils.translation import gettext as _

from cartera.kernel.errors import CarteraError, Invalid


@dataclass(frozen=True, slots=True)
class Subcommand:
    name: str
    module: str
    help: str


SUBCOMMANDS = (
    Subcommand("init", "cartera.config.commands.init", "Make an empty institution in CARTERA_HOME."),
    Subcommand("demo", "cartera.intake.demo.command", "Make a believable bank, run its night and serve it."),
    Subcommand("import", "cartera.intake.command", "Load a core system's files through a recipe."),
    Subcommand("nightly", "cartera.config.commands.nightly", "Run the night: value, service, events, agenda, results."),
    Subcommand("agenda", "cartera.agenda.command", "Print somebody's plan of the next ten working days."),
    Subcommand("serve", "cartera.config.commands.serve", "Serve the screens, the API and the worker."),
    Subcommand("token", "cartera.api.command", "Print a bearer token for the API."),
    Subcommand("manage", "cartera.config.commands.manage", "Run a command of the framework (for developers)."),
)

EPILOG = """\
Where things are:
  CARTERA_HOME    the folder of this installation (default: ~/.cartera)
  CARTERA_KEYS    the folder of its keys, kept apart from backups (default: CARTERA_HOME with ".keys")
  DATABASE_URL    a PostgreSQL database instead of the SQLite file in CARTERA_HOME

Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some rows were refused.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand. Returns the exit status that scripts can trust."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = given[0] if given else ""
    try:
        options = parser_for(chosen).parse_args(given)
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        return 1
    except (CarteraError, ImproperlyConfigured, OperationalError, OSError) as error:
        print(f"cartera {chosen}: {in_words(error)}", file=sys.stderr)  # noqa: T201
        return 1


def in_words(error: Exception) -> str:
    """What went wrong and, where we know it, what to do: people read it, and no trace of the program's insides."""
    match error:
        case Invalid(fields=fields) if fields:
            return " ".join(str(text) for texts in fields.values() for text in texts)
        case CarteraError(detail=detail):
            return str(detail)
        case OperationalError():
            return _("The database does not answer: %(why)s Look at DATABASE_URL, or run `cartera init`.") % {
                "why": str(error).strip().rstrip(".?!") + "."
            }
        case _:
            return str(error)


def parser_for(chosen: str) -> argparse.ArgumentParser:
    """The parser that knows the arguments of one subcommand, and the others by their names."""
    parser = argparse.ArgumentParser(
        prog="cartera",
        description="Whom do I serve today, why, through which channel, and did we do what we promised?",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for subcommand in SUBCOMMANDS:
        if subcommand.name == chosen:
            _load(subcommand, listed)
        else:
            listed.add_parser(subcommand.name, help=subcommand.help)
    return parser


def _load(subcommand: Subcommand, listed: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Import only the module that is asked for: the others may need the engine or the solver."""
    import django  # noqa: PLC0415 - the settings are chosen first

    django.setup()
    module = importlib.import_module(subcommand.module)
    parser = listed.add_parser(
        subcommand.name,
        help=subcommand.help,
        description=(module.__doc__ or subcommand.help).strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


if __name__ == "__main__":
    sys.exit(main())
