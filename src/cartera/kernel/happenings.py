"""Keeping what happened: audit trail, client's timeline, outbox and bell in one table that nobody can change."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from django.db import transaction

from cartera.kernel import bell, jobs, keys
from cartera.kernel.models import Errand, Happening
from cartera.kernel.recording import Change, Recording, request_id
from cartera.kernel.records import Record


def keep(record: Recording, because_of: Happening | None = None) -> Happening:
    """Store a recording and those it caused, in the transaction of the action, and send the errands on commit."""
    subject = _subject(record)
    client_id = _client(record)
    happening = Happening(
        name=record.name,
        actor_kind=record.actor.kind,
        actor_id=record.actor.id,
        actor_name=record.actor.name,
        subject_kind=subject[0],
        subject_id=subject[1],
        client_id=client_id,
        facts={
            "changes": [_plain(change) for change in record.changes],
            **_plain_reason(record, client_id),
            **record.facts,
        },
        rows=record.rows,
        request_id=request_id(),
        because_of=because_of,
        undoes_id=record.undoes,
        sealed=_sealed(record, client_id) if client_id else None,
    )
    happening.save(force_insert=True)
    if isinstance(record.result, Record):
        record.result.happening = happening  # type: ignore[attr-defined]
    errands = Errand.objects.bulk_create(Errand(happening=happening, job=name) for name in bell.jobs_after(record.name))
    for errand in errands:
        # What is done is done: a queue that takes no job now must not tell the person that it failed. The sweep follows.
        transaction.on_commit(
            lambda errand=errand: jobs.enqueue("kernel.run_errand", errand_id=errand.pk),  # type: ignore[misc]
            robust=True,
        )
    for child in filter(lambda child: child.changed_something, record.children):
        keep(child, because_of=happening)
    return happening


def happening_of(subject: Record, name: str) -> Happening | None:
    """The last time that this was done to a record."""
    rows = Happening.objects.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk, name=name)
    return rows.order_by("-id").first()


def unsealed(happening: Happening) -> dict[str, Any]:
    """The personal content of a happening, without that of clients whose keys are destroyed."""
    if happening.sealed is None:
        return {}
    content: dict[str, Any] = {}
    for client_id, sealed in json.loads(bytes(happening.sealed)).items():
        opened = keys.unseal(int(client_id), b64decode(sealed))
        of_client = json.loads(opened) if opened is not None else {}
        content |= {**of_client, "changes": [*content.get("changes", ()), *of_client.get("changes", ())]}
    return {name: found for name, found in content.items() if found}


def _subject(record: Recording) -> tuple[str, int | None]:
    if isinstance(record.result, Record):
        return record.result._meta.label_lower, record.result.pk
    first = record.changes[0] if record.changes else None
    return (first.kind, first.id) if first else ("", None)


def _client(record: Recording) -> int | None:
    return next((change.client_id for change in record.changes if change.client_id), None)


def _sealed(record: Recording, first: int) -> bytes | None:
    """What is each client's own, sealed with its own key: a JSON object by client. The reason goes with the first one."""
    content: dict[int, dict[str, Any]] = {first: {"reason": record.reason}} if record.reason else {}
    for change in record.changes:
        if change.personal_before or change.personal_after:
            of_client = content.setdefault(change.client_id or first, {})
            of_client.setdefault("changes", []).append(_personal(change))
    if not content:
        return None
    sealed = {id: b64encode(keys.seal(id, json.dumps(own).encode())).decode() for id, own in content.items()}
    return json.dumps(sealed).encode()


def _personal(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "id": change.id, "before": change.personal_before, "after": change.personal_after}


def _plain_reason(record: Recording, client_id: int | None) -> dict[str, str]:
    """A reason that concerns no client has no key to be sealed with, and needs none."""
    return {"reason": record.reason} if record.reason and client_id is None else {}


def _plain(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "id": change.id, "before": change.before, "after": change.after}
