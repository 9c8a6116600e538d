"""Everything that can go wrong and that a person can understand: one tree, mapped once to pages and to problem details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

Text = str | LazyText


class CarteraError(Exception):
    """A refusal in the user's words. `status` is its HTTP status, `code` its stable name in the API."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[Text] = _("That cannot be done.")

    def __init__(self, detail: Text | None = None, **context: Any) -> None:
        self.detail: Text = detail if detail is not None else self.title
        self.context = context
        super().__init__(str(self.detail))


class NotPermitted(CarteraError):
    status = 403
    code = "not-permitted"
    title = _("Your role does not allow that.")


class NotFound(CarteraError):
    """There is no such thing, or the actor may not see it: the answer is the same."""

    status = 404
    code = "not-found"
    title = _("It does not exist, or it is not in your book.")


class Invalid(CarteraError):
    """What was sent does not make sense; `fields` maps each field to what is wrong with it."""

    status = 422
    code = "invalid"
    title = _("Some of what was sent has to be corrected.")

    def __init__(self, detail: Text | None = None, *, fields: Mapping[str, Sequence[Text]] | None = None) -> None:
        super().__init__(detail)
        self.fields = dict(fields or {})


class InvalidTransition(CarteraError):
    status = 409
    code = "invalid-transition"
    title = _("Its state does not allow that any more.")


class Conflict(CarteraError):
    """Somebody changed it in between; both versions are in `context`."""

    status = 409
    code = "conflict"
    title = _("Somebody else changed it while you were editing.")


class TooLate(CarteraError):
    status = 409
    code = "too-late"
    title = _("It is too late to undo that.")


class AlreadyRunning(CarteraError):
    status = 409
    code = "already-running"
    title = _("This work is running already: wait until it is done.")


class WriteOutsideAction(RuntimeError):
    """A programming error: a record was saved outside an action, so nobody would know who changed it."""
