"""Door: imports in the API. Files come in, a worker tries and loads them, and what it refused can be read and undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import File, Form, Path, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page
from cartera.api.auth import ApiRequest
from cartera.intake.models import Upload
from cartera.intake.undo.queries import undo_told
from cartera.intake.uploads import actions, queries
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import RefusedRow, Run
from cartera.team.models import Staff
from cartera.team.queries import staff_of

router = Router(tags=["imports"])

REFUSED_SHAPE = {
    "file": "file",
    "line": "line",
    "entity": "entity",
    "column": "column",
    "value": "value",
    "reason": "reason",
}


class Counted(Schema):
    """What became of the rows of one kind; `read` is the sum of the others."""

    read: int
    created: int
    updated: int
    unchanged: int
    refused: int


class Undone(Schema):
    """`asked`, `running`, `refused` (then `blockers` say what was built on it) or `done`."""

    state: str
    rows: int = 0
    blockers: list[dict[str, Any]] = []


class ImportOne(Schema):
    """Files on their way to being loaded. `state` goes received, (recognised,) trying, tried, loading, loaded."""

    id: int
    state: str
    at: AwareDatetime
    files: list[str]
    recipe: str = Field(description="The saved recipe that it follows, with its version; empty for another.")
    tried: dict[str, Counted] = Field(description="By kind, what the dry run found.")
    loaded: dict[str, Counted] = Field(description="By kind, what was loaded.")
    error: str
    run: int | None
    undo: Undone | None


class ImportPage(Schema):
    items: list[ImportOne]
    next: str | None


class RefusedOne(Schema):
    file: str
    line: int
    entity: str
    column: str
    value: str
    reason: str


class RefusedPage(Schema):
    items: list[RefusedOne]
    next: str | None


class Asked(Schema):
    recipe: str = Field("", description="The name of a saved recipe; its last version is followed.")
    toml: str = Field("", description="A recipe in TOML, for files that no saved one describes.", max_length=200_000)
    dry_run: bool = Field(False, description="Only try it: nothing is loaded.")


@router.get("", response={200: ImportPage, **REFUSED}, summary="Imports")
def list_imports(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """Files brought by screen or by API, the latest first."""
    _require(request.auth)
    rows = queries.uploads(actor=request.auth)
    found = queries.page_of_uploads(rows, cursor=cursor, limit=limit)
    return answer({"items": [_told(one) for one in found.items], "next": found.next_cursor})


@router.post("", response={201: ImportOne, **REFUSED_TO_CHANGE}, summary="Import files")
def import_files(request: ApiRequest, files: File[list[UploadedFile]], asked: Form[Asked]) -> HttpResponse:
    """Take files, try them dry and load them in a worker. Without a recipe they are recognised by themselves.

    Follow the import at its `Location`: it is `loaded`, or `error` says what stopped it. Rows that cannot be loaded are
    refused one by one, and the rest is loaded.
    """
    _require(request.auth)
    recipe = next((one for one in queries.saved_recipes(actor=request.auth) if one.name == asked.recipe), None)
    if asked.recipe and recipe is None:
        raise Invalid(fields={"recipe": ["There is no saved recipe of this name."]})
    upload = actions.receive(
        actor=request.auth,
        by=_staff(request.auth),
        files=files,
        now=datetime.now(UTC),
        recipe=recipe,
        text=asked.toml,
        goes_on_to=Upload.State.TRIED if asked.dry_run else Upload.State.LOADED,
    )
    return created(_told(upload), f"/api/v1/imports/{upload.pk}")


@router.get("/{int:import_id}", response={200: ImportOne, **REFUSED}, summary="One import")
def one_import(request: ApiRequest, import_id: Annotated[int, Path()]) -> HttpResponse:
    return answer(_told(_found(request.auth, import_id)))


@router.get("/{int:import_id}/refused", response={200: RefusedPage, **REFUSED}, summary="What it refused")
def refused_rows(
    request: ApiRequest, import_id: Annotated[int, Path()], cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """Every row that was not loaded, with its file, line, column, value and reason; none before the load began."""
    rows = RefusedRow.objects.filter(run=_found(request.auth, import_id).run)
    return page(request, rows, REFUSED_SHAPE, order=("id",), cursor=cursor, limit=limit)


@router.post("/{int:import_id}/undo", response={200: ImportOne, **REFUSED_TO_CHANGE}, summary="Undo a load")
def undo_import(request: ApiRequest, import_id: Annotated[int, Path()]) -> HttpResponse:
    """Take back what a load created and changed, within seven days and unless something was built on it.

    A worker does it; `undo` of the import says how it stands, and what stands in the way.
    """
    found = _found(request.auth, import_id)
    actions.ask_undo(actor=request.auth, by=_staff(request.auth), run=_run(found), now=datetime.now(UTC))
    return answer(_told(_found(request.auth, import_id)))


def _told(upload: Upload) -> dict[str, Any]:
    run = upload.run
    undo = undo_told(run) if run else {}
    return {
        "id": upload.pk,
        "state": str(upload.state),
        "at": upload.at,
        "files": upload.names,
        "recipe": str(upload.recipe or ""),
        "tried": upload.trial.get("entities", {}),
        "loaded": run.summary.get("entities", {}) if run else {},
        "error": upload.error,
        "run": upload.run_id,
        "undo": {name: undo.get(name, empty) for name, empty in _UNDO.items()} if undo else None,
    }


_UNDO: dict[str, Any] = {"state": "", "rows": 0, "blockers": []}


def _found(actor: Actor, import_id: int) -> Upload:
    _require(actor)
    return find(queries.uploads(actor=actor), import_id)


def _run(upload: Upload) -> Run:
    if upload.run is None:
        raise InvalidTransition()
    return upload.run


def _require(actor: Actor) -> None:
    if not actor.may("import.upload"):
        raise NotPermitted(action="import.upload")


def _staff(actor: Actor) -> Staff:
    staff = staff_of(actor)
    if staff is None:
        raise NotPermitted(action="import.upload")
    return staff
