"""What people do with files that they bring. Each leaves the heavy part to a worker that hears of it (see `reactions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils.translation import gettext as _

from cartera.intake.models import SavedRecipe, SourceRow, Upload
from cartera.intake.proposals.proposal import Proposal
from cartera.intake.proposals.targets import targets
from cartera.intake.undo.queries import undo_state, undoable
from cartera.intake.uploads import storage
from cartera.intake.uploads.rules import (
    MOST_BYTES,
    MOST_FILES,
    SUFFIXES,
    Flaw,
    Offered,
    checked,
    may_become,
    plain_names,
)
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.models import Run
from cartera.kernel.recording import current_recording
from cartera.team.models import Staff

State = Upload.State


@action("import.upload")
def receive(
    *,
    actor: Actor,
    by: Staff,
    files: Sequence[UploadedFile[Any]],
    now: datetime,
    recipe: SavedRecipe | None = None,
    text: str = "",
    goes_on_to: str = "",
) -> Upload:
    """Take files in, to be recognised; with a `recipe`, or the `text` of one, they are tried with it at once.
    `goes_on_to` is the state to which they go without anybody looking: tried, or loaded.

    Raises Invalid when they are none, too many, too large, empty or of a kind that cannot be read.
    """
    offered = [Offered(str(file.name), int(file.size or 0)) for file in files]
    _require_good(offered)
    names = plain_names([one.name for one in offered])
    upload = Upload.add(
        by=by,
        at=now,
        files=[{"name": name, "size": one.size} for name, one in zip(names, offered, strict=True)],
        recipe=recipe,
        recipe_text=text or (recipe.text if recipe else ""),
        goes_on_to=goes_on_to,
    )
    storage.keep(upload.pk, list(zip(names, files, strict=True)))
    return upload


@action("import.correct")
def correct(*, actor: Actor, upload: Upload, proposal: Proposal) -> Upload:
    """Say what files and columns are. What was tried before counts no more."""
    _require(upload, State.RECOGNISED)
    return upload.change(
        state=State.RECOGNISED, proposal=proposal.as_json(), recipe=None, recipe_text="", error="", trial={}
    )


@action("import.match")
def match(*, actor: Actor, upload: Upload, proposal: Proposal) -> Upload:
    """Say what files and columns are, and have the upload tried dry. Nothing is loaded by it.

    Raises Invalid when no file is to be loaded, or when one lacks what it cannot do without.
    """
    _require(upload, State.TRYING)
    if not any(file.entity for file in proposal.files):
        raise Invalid(_("Say of at least one file what it holds."))
    if missing := proposal.missing():
        words = _("“{file}” lacks a column for: {targets}.")
        labels = {one.name: {t.name: t.label for t in targets(one.entity)} for one in proposal.files if one.entity}
        told = [
            words.format(file=file, targets=", ".join(labels[file].get(name, name) for name in names))
            for file, names in missing.items()
        ]
        raise Invalid(" ".join(told))
    return upload.change(
        state=State.TRYING,
        proposal=proposal.as_json(),
        goes_on_to="",
        recipe=None,
        recipe_text=proposal.recipe_toml(),
        error="",
        trial={},
    )


@action("import.follow")
def follow(*, actor: Actor, upload: Upload, recipe: SavedRecipe) -> Upload:
    """Have the upload tried dry with a recipe that was saved."""
    _require(upload, State.TRYING)
    return upload.change(state=State.TRYING, recipe=recipe, recipe_text=recipe.text, error="", trial={})


@action("import.begin")
def begin(*, actor: Actor, upload: Upload) -> Upload:
    """Load what was tried, or go on with a load that stopped."""
    _require(upload, State.LOADING)
    return upload.change(state=State.LOADING, asked_to_stop=False, error="", progress={})


@action("import.stop")
def stop(*, actor: Actor, upload: Upload) -> Upload:
    """Ask a load to stop after the chunk that it is at. What it wrote stays, and can be undone or gone on with."""
    if upload.state != State.LOADING:
        raise InvalidTransition()
    return upload.change(asked_to_stop=True)


@action("import.discard")
def discard(*, actor: Actor, upload: Upload) -> Upload:
    """Put an upload away with its files."""
    _require(upload, State.DISCARDED)
    discarded = upload.change(state=State.DISCARDED)
    storage.forget(upload.pk)
    return discarded


@action("import.save_recipe")
def save_recipe(*, actor: Actor, by: Staff, name: str, text: str) -> SavedRecipe:
    """Keep a recipe under a name, as its next version; the same text again is the version that is there."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(fields={"name": [_("Give the recipe a name.")]})
    if not text:
        raise Invalid(_("There is no recipe to save yet: match the columns first."))
    latest = SavedRecipe.objects.filter(name=name).order_by("-number").first()
    if latest is not None and latest.text == text:
        return latest
    number = SavedRecipe.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0
    return SavedRecipe.add(name=name, number=number + 1, text=text, by=by)


@action("import.mend")
def mend(*, actor: Actor, by: Staff, run: Run, cells: Mapping[int, Mapping[str, str]], now: datetime) -> int:
    """Correct refused rows of a load, by the id of each, and have those rows alone loaded. Returns how many changed."""
    changed = 0
    for row in SourceRow.objects.filter(run=run, pk__in=list(cells), state=SourceRow.State.REFUSED):
        read = row.read
        given = {name: value.strip() for name, value in cells[row.pk].items() if name in read}
        mended = {name: value for name, value in given.items() if value != read[name]}
        if mended != row.mended:
            SourceRow.objects.filter(pk=row.pk).update(mended=mended, by_name=actor.name, at=now)
            changed += 1
    if changed:
        run.summary = {**run.summary, "mending": {"state": "asked", "by": actor.name}}
        Run.objects.filter(pk=run.pk).update(summary=run.summary)
    current_recording().tell(rows=changed, run=run.pk, staff=by.pk)
    return changed


@action("import.discard_rows")
def discard_rows(*, actor: Actor, run: Run, ids: Sequence[int], reason: str, now: datetime) -> int:
    """Put refused rows away with a reason: nobody has to mend them any more. Returns how many."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why they need not be loaded.")]})
    rows = SourceRow.objects.filter(run=run, pk__in=list(ids), state=SourceRow.State.REFUSED)
    changed = rows.update(state=SourceRow.State.DISCARDED, why=reason.strip()[:300], by_name=actor.name, at=now)
    current_recording().tell(rows=changed, run=run.pk)
    return changed


@action("import.ask_undo")
def ask_undo(*, actor: Actor, by: Staff, run: Run, now: datetime) -> None:
    """Have a load undone by a worker, which first looks for what stands on it. Raises InvalidTransition when it cannot be."""
    if not undoable(run, now) and undo_state(run) != "running":
        raise InvalidTransition(_("There is nothing to undo."))
    run.summary = {**run.summary, "undo": {"state": "asked", "at": now.isoformat(), "by": actor.name}}
    Run.objects.filter(pk=run.pk).update(summary=run.summary)
    current_recording().tell(run=run.pk, staff=by.pk)


def _require(upload: Upload, state: str) -> None:
    if not may_become(upload, state):
        raise InvalidTransition()


def _require_good(offered: Sequence[Offered]) -> None:
    try:
        checked(offered)
    except Flaw as flaw:
        words = {
            "none": _("Choose at least one file."),
            "too_many": _("These are more than {n} files: bring them in parts.").format(n=MOST_FILES),
            "too_large": _("Together they are larger than {n} GB: bring them in parts.").format(
                n=MOST_BYTES // 1024**3
            ),
            "kind": _("“{name}” is of a kind that cannot be read. Bring {kinds}.").format(
                name=flaw.name, kinds=", ".join(SUFFIXES)
            ),
            "empty": _("“{name}” is empty.").format(name=flaw.name),
        }[flaw.code]
        raise Invalid(fields={"files": [words]}) from flaw
    if not storage.has_room(sum(one.size for one in offered)):
        raise Invalid(fields={"files": [_("The server's disk has no room for that: tell whoever runs it.")]})
