"""Questions about tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cartera.api.models import Token
from cartera.api.rules import digest_of
from cartera.team.models import Branch, Staff

_OF_STAFF = ("id", "key", "name", "role", "branch_id", "active")  # in the order of the table, as `from_db` reads them
_OF_BRANCH = ("id", "key", "path")
_ASKED = (
    *("id", "label", "expires_at", "revoked_at", "staff__sign_in__is_active"),
    *(f"staff__{name}" for name in _OF_STAFF),
    *(f"staff__branch__{name}" for name in _OF_BRANCH),
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A good token and the person that it stands for, as far as an actor needs to know."""

    token_id: int
    label: str
    staff: Staff


def bearer_of(secret: str) -> Bearer | None:
    """Who bears this secret, if the token may still be used by somebody who still works here.

    Every request asks, so it is one query for plain columns: records would cost as much as the rest of a short answer.
    What is not asked for here, the rows fetch when somebody reads it.
    Its time runs by the real clock, in a demonstration with a pinned date too.
    """
    for row in Token.objects.filter(digest=digest_of(secret)).values_list(*_ASKED):
        token_id, label, expires_at, revoked_at, may_sign_in, *columns = row
        staff = Staff.from_db(None, _OF_STAFF, columns[: len(_OF_STAFF)])
        ended = revoked_at is not None or (expires_at is not None and expires_at <= datetime.now(UTC))
        if ended or not staff.active or may_sign_in is False:
            return None
        staff.branch = Branch.from_db(None, _OF_BRANCH, columns[len(_OF_STAFF) :])
        return Bearer(token_id, label, staff)
    return None
