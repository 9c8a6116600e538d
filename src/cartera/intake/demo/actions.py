"""Founding the demonstration bank: what it is, how it serves, then everybody and everything in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date

import polars as pl
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.clock.actions import found_institution
from cartera.intake.actions import load, open_doors, set_up
from cartera.intake.demo import policy
from cartera.intake.demo.bank import Bank
from cartera.intake.demo.staff import PASSWORD
from cartera.intake.frames import Progress, silent
from cartera.interactions.models import Interaction
from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import Counts, ids_by_key, merge
from cartera.kernel.models import Run
from cartera.kernel.recording import current_recording
from cartera.kernel.runs import StepResult, run_alone, run_step
from cartera.promises.models import Origin, Promise
from cartera.team.models import Absence, Appointment, SignIn, Staff
from cartera.value.actions import set_tier_policy
from cartera.value.models import TierPolicy

SYSTEM = "paramo"


def title(clients: int, seed: int) -> str:
    """What the run is called that makes a bank of so many clients from a seed."""
    return f"Banco Páramo, {clients} clients, seed {seed}"


def found_bank(*, actor: Actor, bank: Bank, pinned: bool = False, progress: Progress = silent) -> Run:
    """Make the installation hold this bank, step by step; a repeat goes on where a killed one stopped.

    `pinned` stops the institution's clock at the bank's date, for a demonstration of another day than today.
    """
    plan = bank.blueprint
    name = title(plan.clients, plan.seed)
    with run_alone(Run.Kind.DEMO, title=name, asked_by=actor.name, on_date=plan.today) as run:
        run_step(run, 0, "institution", lambda: _settle(actor, bank, plan.today if pinned else None))
        load(actor=actor, frames=bank.frames, system=SYSTEM, run=run, progress=progress)
        steps: tuple[tuple[str, Callable[[], StepResult]], ...] = (
            ("diaries", lambda: _counted(keep_diaries(actor=actor, bank=bank))),
            ("promises", lambda: _counted(load_promises(actor=actor, promised=bank.promises))),
            ("sign_ins", lambda: _counted(give_passwords(actor=actor))),
        )
        for position, (step, work) in enumerate(steps, start=20):
            run_step(run, position, step, work)
    return run


def _settle(actor: Actor, bank: Bank, pinned_date: date | None) -> StepResult:
    """The institution with its products, its tier policy and its service models."""
    set_up(actor=actor, setting=bank.setting)
    if pinned_date is not None:
        found_institution(actor=actor, **{**asdict(bank.setting.institution), "pinned_date": pinned_date})
    if not TierPolicy.objects.exists():
        set_tier_policy(actor=actor, thresholds=policy.THRESHOLDS, effective_from=clock.today(), reason=policy.REASON)
    return StepResult(rows=bank.setting.products.height)


def _counted(counts: Counts) -> StepResult:
    return StepResult(rows=counts.changed + counts.unchanged, changed=counts.changed)


@bulk_action("import.keep_diaries")
def keep_diaries(*, actor: Actor, bank: Bank) -> Counts:
    """Working hours, appointments and absences of the bank's staff."""
    open_doors(actor=actor, hours=bank.working_hours)
    counts = merge(Appointment, _of_staff(bank.appointments), key=("staff_id", "starts_at"))
    counts += merge(Absence, _of_staff(bank.absences), key=("staff_id", "first_day"))
    current_recording().tell(rows=counts.changed)
    return counts


@bulk_action("import.load_promises")
def load_promises(*, actor: Actor, promised: pl.DataFrame) -> Counts:
    """The history of promises made in contacts; a promise that somebody has closed since stays as it is."""
    rows = _of_staff(promised)
    for column, keys in _references().items():
        named = keys.rename({"key": column, "id": f"{column}_id"})
        rows = rows.join(named, on=column, how="left", maintain_order="left").drop(column)
    rows = rows.with_columns(origin=pl.lit(str(Origin.CONTACT)))
    once = ("state", "closed_at", "kept_by_id", "why_closed")
    counts = merge(Promise, rows, key=("origin_key",), keep=once)
    current_recording().tell(rows=counts.changed)
    return counts


@bulk_action("import.give_passwords")
def give_passwords(*, actor: Actor) -> Counts:
    """Let all staff who have no password yet sign in with the published one of the demonstration."""
    waiting = SignIn.objects.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    # One hash for all: the password is no secret, and a good hash for each of hundreds takes its time.
    changed = waiting.update(password=make_password(PASSWORD))
    current_recording().tell(rows=changed)
    return Counts(updated=changed)


def _references() -> Mapping[str, pl.DataFrame]:
    contacts = ids_by_key(Interaction)
    return {"client": ids_by_key(Client), "made_in": contacts, "kept_by": contacts}


def _of_staff(frame: pl.DataFrame) -> pl.DataFrame:
    keys = ids_by_key(Staff).rename({"key": "staff", "id": "staff_id"})
    return frame.join(keys, on="staff", how="left", maintain_order="left").drop("staff")
