"""Run as a program: import a folder, undo the import, and die by SIGKILL at a beat of the undoing.

`python -m tests.intake.killed_undo RECIPE FOLDER BEAT` prints, when it lives, how many beats there were and what the
installation then holds. Run again, it goes on with the undoing.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.intake.killed_import import Beats, held  # isort: skip  # it sets Django up

from django.db import connection

from cartera.config.installation import prepare
from cartera.intake import actions
from cartera.intake.importing import import_folder
from cartera.intake.undo import traces
from cartera.intake.undo.actions import undo_load
from cartera.intake.undo.queries import undo_state
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.models import Run

EVERYBODY = Actor.system("import", "*")


def main(recipe: str, folder: str, last: str) -> None:
    prepare()
    actions.merge = partial(merge, chunk=3)
    if not Run.objects.exists():
        import_folder(actor=EVERYBODY, recipe_path=Path(recipe), folder=Path(folder))
    run = Run.objects.get()
    beats = Beats(int(last))
    put_back = traces.months_of

    def months(of: Run) -> Any:
        for month in put_back(of):
            beats()
            yield month

    def statement(execute: Any, *args: Any) -> Any:
        beats()
        return execute(*args)

    traces.months_of = months
    if undo_state(run) != "done":
        with connection.execute_wrapper(statement):
            undo_load(actor=EVERYBODY, run=run, now=datetime.now(UTC))
    there = {name: rows for name, rows in held().items() if not name.startswith("kernel.")}
    json.dump({"beats": beats.count, "held": there}, sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
