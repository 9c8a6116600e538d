"""`@action`: one way to change something."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from cartera.kernel import bell, happenings
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.recording import Recording, recording
from cartera.kernel.records import Record, VisibleQuerySet

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

ACTIONS: dict[str, Callable[..., Any]] = {}
COMPENSATIONS: dict[str, str] = {}


def action(name: str, *, undone_by: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function one thing that somebody does.

    The function takes keyword arguments only, `actor` among them. It runs in one transaction, after checking that the
    actor may do it and sees every record it is given (NotPermitted, NotFound); it leaves one happening, and the
    subscribers of that happening run with it. `undone_by` names the action that compensates it: it takes the same
    subject and `undoes`, the happening.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        @wraps(body)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = _actor_of(name, args, kwargs)
            with transaction.atomic(), recording(name, actor, str(kwargs.get("reason") or "")) as (record, by_itself):
                _require_visible(record, kwargs)
                undone = kwargs.get("undoes")
                record.undoes = undone.pk if isinstance(undone, Happening) else None
                result = body(*args, **kwargs)
                record.result = result
                bell.ring_together(record)
                if by_itself:
                    happenings.keep(record)
            return result

        ACTIONS[name] = run
        if undone_by:
            COMPENSATIONS[name] = undone_by
        return run

    return decorate


def bulk_action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function one thing done to many rows, by a night or an import.

    It commits in chunks by itself, so there is no transaction around it; what it tells its recording (`rows`, counts)
    becomes one happening at the end, or none when nothing changed. When it raises, what it had written by then is
    remembered as `interrupted`. An action inside it commits, and is remembered, by itself: work that dies half-way
    leaves no change of which nobody knows.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        @wraps(body)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = _actor_of(name, args, kwargs)
            with recording(name, actor, str(kwargs.get("reason") or ""), bulk=True) as (record, by_itself):
                try:
                    result = body(*args, **kwargs)
                except BaseException:
                    if by_itself:
                        _remember_interrupted(record)
                    raise
                record.result = result
                if by_itself and (record.rows or record.changes):
                    with transaction.atomic():
                        happenings.keep(record)
            return result

        ACTIONS[name] = run
        return run

    return decorate


def _remember_interrupted(record: Recording) -> None:
    """Keep what a bulk action had committed when it raised. Where the database is gone, its own error goes on up."""
    record.tell(rows=max(0, record.written - record.rows), interrupted=True)
    if not (record.rows or record.changes):
        return
    try:
        with transaction.atomic():
            happenings.keep(record)
    except DatabaseError:
        log.exception("%s was interrupted after %s rows, and that could not be remembered", record.name, record.rows)


def _actor_of(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Actor:
    """The actor among the arguments, once it is known that they are all named and that the actor may do this."""
    if args:
        raise TypeError(f"{name} takes keyword arguments only")
    actor = kwargs.get("actor")
    if not isinstance(actor, Actor):
        raise TypeError(f"{name} needs an actor")
    if not actor.may(name):
        raise NotPermitted(action=name)
    return actor


def _require_visible(record: Recording, arguments: dict[str, Any]) -> None:
    for value in arguments.values():
        if isinstance(value, Record) and value.pk is not None and (value._meta.label, value.pk) not in record.vouched:
            rows = type(value)._default_manager.all()
            if (
                isinstance(rows, VisibleQuerySet)
                and not rows.visible_to(record.actor, "change").filter(pk=value.pk).exists()
            ):
                raise NotFound()
            record.vouched.add((value._meta.label, value.pk))
