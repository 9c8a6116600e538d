"""Plans everybody of a small bank in this process and in two others, in an installation of its own; tells both digests."""

from __future__ import annotations

# ruff: noqa: PLC0415 - the installation is chosen first
import json
import sys
import tempfile
from datetime import date
from os import environ


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        environ.update(CARTERA_HOME=f"{scratch}/home", CARTERA_KEYS=f"{scratch}/keys", DATABASE_URL="")
        environ["DJANGO_SETTINGS_MODULE"] = "cartera.config.settings"
        sys.stdout.write(json.dumps(plans()))


def plans() -> dict[str, list[str]]:
    import django

    django.setup()
    from django.conf import settings

    from cartera.agenda import crew
    from cartera.config.installation import prepare
    from cartera.intake.demo.actions import found_bank
    from cartera.intake.demo.bank import build
    from cartera.intake.demo.command import FOUNDER
    from cartera.team.models import Staff

    prepare()
    today = date(2026, 6, 16)
    found_bank(actor=FOUNDER, bank=build(150, 1, date=today), pinned=True)
    people = list(Staff.objects.filter(active=True).select_related("branch").order_by("id"))
    crew.WORTH = crew.PORTION = 1
    told = {}
    for processes in (1, 2):
        settings.CARTERA_PROCESSES = processes
        told[str(processes)] = [
            repr((plan.staff_id, plan.items, plan.unplaced)) for plan in crew.solved_together(people, today)
        ]
    return told


if __name__ == "__main__":
    main()
