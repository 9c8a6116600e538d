"""Run as a program: import a folder, and die by SIGKILL at a beat. A beat is a statement, a synchronised file or a progress.

`python -m tests.intake.killed_import RECIPE FOLDER BEAT` prints, when it lives, how many beats there were and what the
installation then holds, by natural keys.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
django.setup()

import polars as pl  # noqa: E402
from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402

from cartera.config.installation import prepare  # noqa: E402
from cartera.engine import lake  # noqa: E402
from cartera.intake import actions  # noqa: E402
from cartera.intake.importing import import_folder  # noqa: E402
from cartera.kernel.actor import Actor  # noqa: E402
from cartera.kernel.bulk import merge  # noqa: E402

HELD = {
    "team.Branch": ("key", "name", "parent__key"),
    "team.Staff": ("key", "name", "branch__key", "sign_in__username"),
    "team.WorkingHours": ("branch__key", "weekday", "from_minute", "to_minute"),
    "products.Product": ("key", "name", "margin_ppm"),
    "clients.Client": ("key", "name", "search", "branch__key", "adviser__key", "household__key", "since", "version"),
    "clients.ExternalKey": ("system", "key", "client__key"),
    "clients.ContactPoint": ("client__key", "kind", "value", "search"),
    "clients.Wishes": ("client__key", "channels", "days"),
    "clients.Relationship": ("client__key", "other__key", "kind"),
    "clients.Holding": ("key", "client__key", "product__key", "balance_minor", "opened_on", "matures_on"),
    "clients.StandingOrder": ("key", "holding__key", "amount_minor"),
    "kernel.RefusedRow": ("entity", "file", "line", "column", "value", "reason"),
    "kernel.Run": ("kind", "title", "state"),
    "kernel.Step": ("name", "state", "rows"),
}


class Beats:
    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def main(recipe: str, folder: str, last: str) -> None:
    prepare()
    beats = Beats(int(last))
    actions.merge = partial(merge, chunk=3)
    synchronise = os.fsync

    def counted(handle: int) -> None:
        beats()
        synchronise(handle)

    def statement(execute: Any, *args: Any) -> Any:
        beats()
        return execute(*args)

    os.fsync = counted
    with connection.execute_wrapper(statement):
        import_folder(actor=Actor.system("import", "*"), recipe_path=Path(recipe), folder=Path(folder), progress=beats)
    json.dump({"beats": beats.count, "held": held()}, sys.stdout, default=str)


def held() -> dict[str, Any]:
    tables = {
        name: sorted(map(str, apps.get_model(name)._base_manager.values_list(*fields))) for name, fields in HELD.items()
    }
    for fact in ("transactions", "balances"):
        tables[fact] = sorted(map(str, (row for path in lake.paths(fact) for row in pl.read_parquet(path).rows())))
    paths = dict(apps.get_model("team.Branch").objects.values_list("key", "path"))
    ids = dict(apps.get_model("team.Branch").objects.values_list("key", "id"))
    assert all(path.endswith(f"/{ids[key]}/") for key, path in paths.items())
    return tables


if __name__ == "__main__":
    main(*sys.argv[1:])
