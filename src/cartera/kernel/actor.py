"""Who acts: a member of staff, a client, a partner, a token, or a named part of the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    CLIENT = "client"
    PARTNER = "partner"
    TOKEN = "token"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """How far an actor sees: everything, the branches under a path, the own book, or nothing (the default)."""

    everything: bool = False
    branch_path: str | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something. Required by every action and every reading of people's data; there is no `None`.

    `permissions` hold action names; "promise.*" grants every action on promises, "*" grants all.
    """

    kind: ActorKind
    name: str
    permissions: frozenset[str]
    scope: Scope
    id: int | None = None
    role: str = ""

    def may(self, permission: str) -> bool:
        noun = permission.partition(".")[0]
        return bool(self.permissions & {permission, f"{noun}.*", "*"})

    @classmethod
    def system(cls, name: str, *permissions: str) -> Actor:
        """A named part of the system, seen as such in the audit trail, with just the permissions it needs."""
        return cls(ActorKind.SYSTEM, name, frozenset(permissions), Scope(everything=True), role="system")
