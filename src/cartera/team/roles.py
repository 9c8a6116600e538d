"""What each role may do unless an institution says otherwise: names of actions, and of readings ("client.view"). Data, not code.

What an institution gives or takes is in `RolePermission`; `allowed` puts the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from cartera.team.models import Role
from cartera.team.permissions import OFFERED

OWN_TOKENS = frozenset({"token.issue_own", "token.revoke_own"})
EVERYONE = OWN_TOKENS | {
    "client.view",
    "client.search",
    "client.open",
    "access.end",
    "promise.view",
    "interaction.view",
    "document.view",
    "service.view",
    "list.export",
    "view.*",
    "calendar.*",
}
CONTACTS = frozenset({"interaction.register", "interaction.record", "interaction.retract"})
PROMISES = frozenset({"promise.make", "promise.keep", "promise.renegotiate", "promise.withdraw", "promise.reopen"})
PAPERS = frozenset({"document.add", "document.remove", "document.restore"})
EVENTS = frozenset({"event.act", "event.answer", "event.dismiss", "event.reopen"})
PLANS = frozenset(
    {"plan.view", "plan.ask_again", "plan.start", "plan.put_back", "plan.pin", "plan.place", "plan.take_out"}
)

CLIENTS = frozenset(
    {
        *("client.view", "client.search", "client.register", "client.withdraw", "client.correct"),
        *("client.add_contact_point", "client.retire_contact_point", "client.revive_contact_point"),
        *("client.prefer_contact_point", "client.hand_over", "client.take_back"),
    }
)
MERGING = frozenset(
    {
        *("client.merge", "client.unmerge"),
        *("duplicate.view", "duplicate.dismiss", "duplicate.reopen", "duplicate.search"),
    }
)

# Whole nouns only where all that can be done is a person's to do: what is the night's or the institution's is named by no role.
ADVISERS = EVERYONE | CONTACTS | PAPERS | PROMISES | EVENTS | PLANS | CLIENTS | {"wish.*", "portfolio.view"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADVISER: ADVISERS,
    Role.AGENT: EVERYONE | CONTACTS | PAPERS | {"promise.make", "promise.keep"},
    Role.MANAGER: ADVISERS
    | MERGING
    | {
        "team.view",
        "team.set_hours",
        "administration.view",
        "holiday.view",
        "setting.view",
        "product.view",
        "rate.view",
        "tier.override",
        "tier.end_override",
        "tier.renew_override",
        "tier.let_override_end",
        "tier.review_override_again",
        "access.review",
        "absence.*",
        "appointment.*",
        "service.change_model",
        "service.draft_model",
        "service.change_draft",
        "service.discard_draft",
        "service.try_model",
    },
    Role.ADMIN: frozenset({"*"}),
}


def allowed(role: str, changes: Mapping[str, bool]) -> frozenset[str]:
    """What a role may do when an institution gives (true) and takes (false) these permissions. Administrators keep all.

    To take one verb of a whole noun, the noun is spelled out: verbs that nobody has put in words are not among them.
    """
    usual = PERMISSIONS[role]
    if role == Role.ADMIN or not changes:
        return usual
    taken = {name for name, given in changes.items() if not given}
    whole = {f"{name.partition('.')[0]}.*" for name in taken} & usual
    spelled = {name for name in OFFERED if f"{name.partition('.')[0]}.*" in whole}
    return frozenset(((usual - whole) | spelled | {name for name, given in changes.items() if given}) - taken)
