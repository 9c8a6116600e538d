"""What is attached to a client goes along when it is merged, and back when that is undone. Every room calls this for its own.

Rows move all at once, since there may be thousands; which ones is written into the merge, and so into what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from cartera.clients.models import Merge
from cartera.kernel.recording import current_recording

M = TypeVar("M", bound=Model)


def carry(merge: Merge, rows: QuerySet[M, Any], field: str = "client") -> list[int]:
    """Move these rows of the absorbed client to the survivor. `rows` may leave out what cannot move, as a repeated address."""
    model = rows.model
    ids = list(rows.filter(**{field: merge.absorbed_id}).order_by("pk").values_list("pk", flat=True))
    if ids:
        _point(model, ids, field, merge.absorbed_id, merge.survivor_id)
        note(merge, _label(model, field), ids)
    return ids


def give_back(merge: Merge, model: type[Model], field: str = "client") -> None:
    """Move back what was carried and is still with the survivor."""
    if ids := merge.moved.get(_label(model, field)):
        _point(model, ids, field, merge.survivor_id, merge.absorbed_id)


def note(merge: Merge, label: str, what: Any) -> None:
    """Write down something that an undo has to know, under a label of the room's own."""
    merge.change(moved={**merge.moved, label: what})


def noted(merge: Merge, label: str) -> Mapping[str, Any]:
    """What was noted under a label as a mapping; its keys have become text."""
    found: Mapping[str, Any] = merge.moved.get(label, {})
    return found


def _point(model: type[Model], ids: list[int], field: str, of: int, to: int) -> None:
    current_recording().require_open()
    rows = model._base_manager.filter(pk__in=ids, **{field: of})
    rows.update(**{field: to, "version": F("version") + 1})


def _label(model: type[Model], field: str) -> str:
    return f"{model._meta.label_lower}.{field}"
