"""What one action did, while it is being done. Recordings nest: an action called by another happens because of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from cartera.kernel.actor import Actor
from cartera.kernel.errors import WriteOutsideAction

if TYPE_CHECKING:
    from cartera.kernel.records import Record


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after: `before` is empty when it was added. Personal content is kept apart, to be sealed."""

    kind: str
    id: int
    client_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    personal_before: dict[str, Any]
    personal_after: dict[str, Any]

    @classmethod
    def of(cls, record: Record, *, before: dict[str, Any], after: dict[str, Any]) -> Self:
        personal = type(record).PERSONAL
        return cls(
            kind=record._meta.label_lower,
            id=record.pk,
            client_id=record.client_of_record(),
            before={name: value for name, value in before.items() if name not in personal},
            after={name: value for name, value in after.items() if name not in personal},
            personal_before={name: value for name, value in before.items() if name in personal},
            personal_after={name: value for name, value in after.items() if name in personal},
        )


@dataclass(slots=True)
class Recording:
    """The name, the author and the changes of one action; `rows` counts those of a bulk action.

    `written` counts what was committed in chunks, whether it was told or not: what is left when such work raises.
    `vouched` holds the records that the actor is known to see, so that an action inside another does not ask again.
    A `bulk` one commits as it goes, so what is done inside it is kept with its own transaction, not at its end.
    """

    name: str
    actor: Actor
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    children: list[Recording] = field(default_factory=list)
    rows: int = 0
    written: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    undoes: int | None = None
    vouched: set[tuple[str, int]] = field(default_factory=set)
    bulk: bool = False

    def note(self, change: Change) -> None:
        self.changes.append(change)

    def tell(self, rows: int = 0, **facts: Any) -> None:
        """Add the counts and plain facts of a bulk action, whose rows are not listed one by one."""
        self.rows += rows
        self.facts.update(facts)

    def wrote(self, rows: int) -> None:
        """Count rows as soon as their chunk is committed."""
        self.written += rows

    @property
    def changed_something(self) -> bool:
        return bool(self.rows or self.changes or self.facts or self.children)

    def require_open(self) -> None:
        """An open recording accepts writes."""


class _NoRecording(Recording):
    def require_open(self) -> None:
        raise WriteOutsideAction("records are written inside an @action, which knows who and why")

    def note(self, change: Change) -> None:
        self.require_open()


_NOBODY = Actor.system("nobody")
_current: ContextVar[Recording | None] = ContextVar("recording", default=None)
_request: ContextVar[str] = ContextVar("request_id", default="")


def current_recording() -> Recording:
    return _current.get() or _NoRecording("", _NOBODY)


@contextmanager
def recording(name: str, actor: Actor, reason: str, *, bulk: bool = False) -> Iterator[tuple[Recording, bool]]:
    """Open a recording; yields it and whether it is kept by itself, not as a part of the one around it."""
    around = _current.get()
    mine = Recording(name, actor, reason, bulk=bulk)
    if around is not None and around.actor is actor:
        mine.vouched = around.vouched
    parent = around if around is not None and not around.bulk else None
    if parent is not None:
        parent.children.append(mine)
    token = _current.set(mine)
    try:
        yield mine, parent is None
    except BaseException:
        if parent is not None:
            parent.children.remove(mine)
        raise
    finally:
        _current.reset(token)


@contextmanager
def request_named(request_id: str) -> Iterator[None]:
    """Everything that happens inside carries this request's id."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)


def request_id() -> str:
    return _request.get()
