"""What each role may do: names of actions, and names of readings ("client.view"). Data, not code."""

from __future__ import annotations

from cartera.team.models import Role

EVERYONE = frozenset({"client.view", "client.search", "promise.view", "interaction.view"})
CONTACTS = frozenset({"interaction.register", "interaction.record", "interaction.retract"})
PROMISES = frozenset({"promise.make", "promise.keep", "promise.renegotiate", "promise.withdraw", "promise.reopen"})
EVENTS = frozenset({"event.act", "event.answer", "event.dismiss", "event.reopen"})
PLANS = frozenset(
    {"plan.view", "plan.ask_again", "plan.start", "plan.put_back", "plan.pin", "plan.place", "plan.take_out"}
)

# Whole nouns only where all that can be done is a person's to do: what is the night's or the institution's is named by no role.
ADVISERS = EVERYONE | CONTACTS | PROMISES | EVENTS | PLANS | {"client.*", "wish.*"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADVISER: ADVISERS,
    Role.AGENT: EVERYONE | CONTACTS | {"promise.make", "promise.keep", "client.open"},
    Role.MANAGER: ADVISERS
    | {
        "team.view",
        "team.set_hours",
        "tier.override",
        "tier.end_override",
        "absence.*",
        "appointment.*",
        "service.change_model",
    },
    Role.ADMIN: frozenset({"*"}),
}
