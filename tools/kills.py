"""Kill imports, nights, workers and backups with SIGKILL at random moments, and see that nothing is lost.

  python tools/kills.py 100              a hundred kills
  python tools/kills.py 12 --seed 7      the same moments again, as far as the machine allows

Real processes are killed, in an installation of their own, one to four times in a row. Then the work is done again, as
the schedule or a person would, and everything is compared with an installation that nobody disturbed. Exit status: 0
nothing was lost, 1 something was, or some kill never came.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-06-16"
CLIENTS, MOVEMENTS, PROMISES = 1_500, 6_000, 12
WORKER_SECONDS = 8.0
Held = Mapping[str, Any]

MAKE_PROMISES = f"""
import django; django.setup()
from datetime import timedelta
from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.promises import actions
for client in Client.objects.filter(adviser__isnull=False).order_by("id")[:{PROMISES}]:
    actions.make(actor=Actor.system("kills", "*"), client=client, what="x", due_at=clock.now() + timedelta(days=2))
"""
SWEEP = """
import django; django.setup()
from datetime import UTC, datetime
from cartera.kernel.jobs import sweep_errands
from cartera.kernel.models import Errand
Errand.objects.filter(done_at=None).update(next_at=datetime.now(UTC))
sweep_errands()
"""
HELD_BY_BANK = """
import json, sys
from tests.config.killed_night import held
json.dump(held(), sys.stdout, default=str)
"""
HELD_BY_IMPORT = """
import json, sys
from tests.intake.killed_import import held
told = {name: sorted(set(rows)) if name.startswith("kernel.") else rows for name, rows in held().items()}
json.dump(told, sys.stdout, default=str)  # one that is killed as it leaves is done, and doing it again is a run more
"""
HELD_BY_WORKER = """
import json, sys
from tests.config.killed_night import held
from cartera.agenda.models import Plan
from cartera.kernel.models import Errand, Happening
told = {name: rows for name, rows in held().items() if not name.startswith("agenda.")}
told["errands that wait"] = Errand.objects.filter(done_at=None).count()
told["plans that are stale"] = Plan.objects.filter(stale=True).count()
told["promises that were made"] = Happening.objects.filter(name="promise.make").count()
json.dump(told, sys.stdout, default=str)
"""


class Installation:
    """A home with its keys and its own SQLite files."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def copied_to(self, home: Path) -> Installation:
        for ending in ("", ".keys"):
            if Path(f"{self.home}{ending}").exists():
                shutil.copytree(f"{self.home}{ending}", f"{home}{ending}")
        return Installation(home)

    def start(self, *words: str, jobs: str = "off") -> subprocess.Popen[bytes]:
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        given |= {
            "CARTERA_HOME": str(self.home),
            "CARTERA_KEYS": f"{self.home}.keys",
            "CARTERA_JOBS": jobs,
            "CARTERA_NIGHT_HOUR": "",
            "CARTERA_PROCESSES": "1",
            "CARTERA_LOG_LEVEL": "CRITICAL",
            "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        return subprocess.Popen(
            [sys.executable, *words],
            env=given,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *words: str, jobs: str = "off", accept: tuple[int, ...] = (0,)) -> str:
        process = self.start(*words, jobs=jobs)
        out, err = process.communicate(timeout=600)
        if process.returncode not in accept:
            raise SystemExit(f"{' '.join(words)[:200]} ended with {process.returncode}: {err.decode()[-2000:]}")
        return out.decode()

    def cartera(self, *words: str, **more: Any) -> str:
        return self.run("-m", "cartera.config.command", *words, **more)


@dataclass
class Work:
    """A kind of work: what is killed, from which installation, how it is done again, and what must be there then."""

    name: str
    base: Installation
    command: tuple[str, ...]
    finish: Callable[[Installation], object]
    held: Callable[[Installation], Held]
    jobs: str = "off"
    seconds: float = 0
    undisturbed: Held = field(default_factory=dict)

    def measure(self, scratch: Path) -> None:
        """Do it once without being disturbed."""
        installation = self.base.copied_to(scratch / f"{self.name}-undisturbed")
        began = time.monotonic()
        self.finish(installation)
        self.seconds = self.seconds or time.monotonic() - began
        self.undisturbed = self.held(installation)

    def killed(self, scratch: Path, times: int, chance: random.Random) -> tuple[int, list[str]]:
        """Kill it so many times in a row and do it again; how many kills met it alive, and what differs."""
        installation = self.base.copied_to(Path(tempfile.mkdtemp(dir=scratch)) / "home")
        met = 0
        while met < times and self._kill(installation, chance.uniform(0.3, self.seconds)):
            met += 1
        self.finish(installation)
        found = self.held(installation)
        shutil.rmtree(installation.home.parent)
        return met, [
            name for name in self.undisturbed.keys() | found.keys() if self.undisturbed.get(name) != found.get(name)
        ]

    def _kill(self, installation: Installation, after: float) -> bool:
        process = installation.start(*self.command, jobs=self.jobs)
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        return process.returncode == -signal.SIGKILL


def kinds(scratch: Path) -> list[Work]:
    """The four kinds of work, to be measured before they are killed."""
    empty = Installation(scratch / "empty")
    empty.cartera("init", "--json")
    files = written_files(scratch / "files")
    loading = ("-m", "cartera.config.command", "import", "--recipe", str(files / "recipe.toml"), str(files), "--json")
    founded = Installation(scratch / "founded")
    founded.run("-m", "tests.config.killed_night", "found")
    after_night = founded.copied_to(scratch / "after-night")
    night = ("nightly", "--date", DAY, "--json")
    after_night.cartera(*night)
    waiting = after_night.copied_to(scratch / "waiting")
    waiting.run("-c", MAKE_PROMISES, jobs="queue")

    return [
        Work("import", empty, loading, lambda one: one.run(*loading, accept=(0, 3)), told_of(HELD_BY_IMPORT)),
        Work(
            "night",
            founded,
            ("-m", "cartera.config.command", *night),
            lambda one: one.cartera(*night),
            told_of(HELD_BY_BANK),
        ),
        Work(
            name="worker",
            base=waiting,
            command=("-m", "django", "qcluster"),
            finish=lambda one: one.run("-c", SWEEP),
            held=told_of(HELD_BY_WORKER),
            jobs="queue",
            seconds=WORKER_SECONDS,
        ),
        Work(
            name="backup",
            base=after_night,
            command=("-m", "cartera.config.command", "backup", "--json"),
            finish=lambda one: one.cartera("backup", "--json"),
            held=backups_of,
        ),
    ]


def backups_of(installation: Installation) -> Held:
    """Whether all that looks like a backup is one, what is left of those that are none, and what the bank holds."""
    shelf = installation.home / "backups"
    whole = [str(path) for path in shelf.glob("cartera-*")]
    proved = [json.loads(installation.cartera("backup", "--verify", path, "--json"))["verified"] for path in whole]
    left = [path.name for path in (*shelf.glob(".*"), *installation.home.glob(".moment"))]
    return {"proved": bool(proved) and all(proved), "left": left, **told_of(HELD_BY_BANK)(installation)}


def told_of(program: str) -> Callable[[Installation], Held]:
    return lambda installation: json.loads(installation.run("-c", program))


def written_files(folder: Path) -> Path:
    """Clients and movements of a core system, with a row in each that is refused."""
    from tests.intake.test_killed import RECIPE  # noqa: PLC0415 - the path is set up first

    folder.mkdir()
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    ids = range(10, 10 + CLIENTS)
    people = [f"{n};Cliente {n};{'x' if n == 13 else n};099{n}" for n in ids]
    (folder / "clients.csv").write_text("\n".join(["id;name;balance;phone", *people]) + "\n", encoding="utf-8")
    moves = [f"{n};{10 + n % CLIENTS};2026-0{1 + n % 4}-10;{n}.50" for n in range(MOVEMENTS)]
    (folder / "movements.csv").write_text("\n".join(["id;client;day;amount", *moves]) + "\n99;1", encoding="utf-8")
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="which moments (default: 1)")
    options = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    chance, kills, done, lost = random.Random(options.seed), options.kills, Counter[str](), 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cartera-kills-") as folder:
        works = kinds(Path(folder))
        for work in works:
            work.measure(Path(folder))
        rounds = idle = 0
        while sum(done.values()) < kills and idle < kills:
            work = works[rounds % len(works)]
            met, differing = work.killed(Path(folder), min(chance.randint(1, 4), kills - sum(done.values())), chance)
            rounds, idle = rounds + 1, idle + (met == 0)
            done[work.name] += met
            lost += bool(differing)
            print(
                f"{sum(done.values()):>4}/{kills} {work.name:<7} {met} kills: {', '.join(sorted(differing)) or 'the same'}",
                flush=True,
            )
    told = ", ".join(f"{count} of {name}" for name, count in sorted(done.items()))
    print(f"{sum(done.values())} kills ({told}) in {rounds} rounds, {time.monotonic() - began:.0f} s: ", end="")
    print("nothing was lost." if not lost else f"{lost} rounds lost something.")
    return 0 if not lost and sum(done.values()) >= kills else 1


if __name__ == "__main__":
    sys.exit(main())
