"""Every name that an action or a page asks for, in words. A test fails when one is missing.

`PEOPLES` are what a role can be given on the screen of roles; `MACHINES` are the night's, an import's or the gate's, and
no person's: they have words for the audit alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, LazyText]

PEOPLES: Mapping[LazyText, Words] = {
    _("Clients"): {
        "client.view": _("See clients"),
        "client.search": _("Look for clients"),
        "client.open": _("Open a client of somebody else's"),
        "client.register": _("Register a client"),
        "client.correct": _("Correct what is known of a client"),
        "client.withdraw": _("Take back a registration"),
        "client.add_contact_point": _("Add a telephone or an address"),
        "client.retire_contact_point": _("Retire a telephone or an address"),
        "client.revive_contact_point": _("Bring back a telephone or an address"),
        "wish.agree": _("Write down how a client wants to be served"),
        "wish.record": _("Note a wish"),
        "book.hand_over": _("Hand over a book of clients"),
    },
    _("Contacts and promises"): {
        "interaction.view": _("See contacts"),
        "interaction.register": _("Register a contact with what follows"),
        "interaction.record": _("Note a contact"),
        "interaction.retract": _("Take back a contact"),
        "promise.view": _("See promises"),
        "promise.make": _("Promise something"),
        "promise.keep": _("Report a promise kept"),
        "promise.renegotiate": _("Renegotiate a promise"),
        "promise.withdraw": _("Withdraw a promise"),
        "promise.reopen": _("Reopen a promise"),
        "event.act": _("Act on an event"),
        "event.answer": _("Settle an event in a contact"),
        "event.dismiss": _("Dismiss an event"),
        "event.reopen": _("Reopen an event"),
    },
    _("The day"): {
        "plan.view": _("See a plan"),
        "plan.ask_again": _("Ask for another plan"),
        "plan.start": _("Start a contact"),
        "plan.put_back": _("Let the plan move a contact again"),
        "plan.pin": _("Fix a contact at its hour"),
        "plan.place": _("Make a contact fit"),
        "plan.take_out": _("Take a contact out of the plan"),
        "calendar.view": _("See one's own calendar"),
        "calendar.subscribe": _("Bring in another calendar"),
        "calendar.unsubscribe": _("Remove a calendar"),
        "calendar.share": _("Make an address for one's own plan"),
        "calendar.revoke": _("Revoke that address"),
    },
    _("The team"): {
        "team.view": _("See the team and its branches"),
        "team.set_hours": _("Set working hours"),
        "absence.plan": _("Plan an absence"),
        "absence.change": _("Change an absence"),
        "absence.cancel": _("Cancel an absence"),
        "absence.put_back": _("Put back an absence"),
        "appointment.make": _("Make an appointment"),
        "appointment.change": _("Change an appointment"),
        "appointment.cancel": _("Cancel an appointment"),
        "appointment.put_back": _("Put back an appointment"),
        "team.hire": _("Hire somebody"),
        "team.change_person": _("Change somebody's role, branch or name"),
        "team.deactivate": _("Deactivate somebody"),
        "team.reactivate": _("Bring somebody back"),
        "team.invite": _("Invite somebody to sign in"),
        "team.withdraw_invitation": _("Withdraw an invitation"),
    },
    _("Value and service"): {
        "tier.override": _("Put a client in another tier"),
        "tier.end_override": _("Give the tier back to the policy"),
        "tier.set_policy": _("Set a policy of tiers"),
        "service.change_model": _("Change a client's service model"),
        "service.view": _("See service models"),
        "service.add_model": _("Add a service model"),
        "service.draft_model": _("Write a version of a service model"),
        "service.change_draft": _("Change the draft of a service model"),
        "service.discard_draft": _("Throw away the draft of a service model"),
        "service.try_model": _("Try a service model on the team"),
        "service.activate_model": _("Switch on a service model"),
        "service.put_back_model": _("Go back to the service model before"),
        "event.set_signal_rule": _("Set when run-downs and silences are told"),
        "event.set_lead_time": _("Set how early an event is raised"),
        "plan.set_policy": _("Set the policy of plans"),
        "product.change": _("Change products"),
    },
    _("The institution"): {
        "administration.view": _("Open administration"),
        "institution.change": _("Change the institution"),
        "team.open_branch": _("Open a branch"),
        "team.change_branch": _("Change a branch"),
        "team.close_branch": _("Close a branch"),
        "team.reopen_branch": _("Reopen a branch"),
        "holiday.view": _("See holidays"),
        "holiday.add": _("Add a day off"),
        "holiday.cancel": _("Remove a day off"),
        "holiday.put_back": _("Put back a day off"),
        "role.view": _("See what each role may do"),
        "run.view": _("See nights and imports"),
        "run.start": _("Run a night"),
        "import.upload": _("Bring files to import"),
        "import.correct": _("Correct what a file's columns are"),
        "import.match": _("Say what a file's columns are"),
        "import.follow": _("Try an import with a recipe"),
        "import.begin": _("Load an import"),
        "import.stop": _("Stop an import"),
        "import.discard": _("Discard files that were brought"),
        "import.save_recipe": _("Save a recipe"),
        "import.mend": _("Mend refused rows"),
        "import.discard_rows": _("Discard refused rows"),
        "import.ask_undo": _("Undo an import"),
        "token.issue": _("Issue a token"),
        "token.revoke": _("Revoke a token"),
    },
}

MACHINES: Words = {
    "appointment.take_in": _("Take in the busy times of a calendar"),
    "client.record_standing": _("Bring a client's standing up to date"),
    "event.end_many": _("End events whose reason is gone"),
    "event.expire_many": _("Expire events"),
    "event.raise_many": _("Raise events"),
    "import.give_passwords": _("Give the demonstration's passwords"),
    "import.keep_diaries": _("Load hours, meetings and absences"),
    "import.load": _("Load what an import brings"),
    "import.load_promises": _("Load promises"),
    "import.open_doors": _("Open the demonstration bank"),
    "import.set_up": _("Set up an import"),
    "import.undo": _("Take back what an import loaded"),
    "institution.found": _("Found the institution"),
    "interaction.tell_last_contacts": _("Bring last contacts up to date"),
    "plan.store": _("Store a plan"),
    "promise.break_overdue": _("Break what is overdue"),
    "promise.follow_book": _("Give promises to the successor"),
    "promise.follow_advisers": _("Give promises to the adviser of today"),
    "promise.make_many": _("Make the promises of the models"),
    "promise.tell_next_due": _("Bring next promises up to date"),
    "promise.withdraw_many": _("Withdraw promises"),
    "result.write_many": _("Write results"),
    "role.set_permission": _("Give or take a permission"),
    "role.turn_back": _("Put a permission back"),
    "service.found_models": _("Set up the first service models"),
    "service.note_planned": _("Note what was planned"),
    "service.settle_many": _("Settle agreements"),
    "team.accept_invitation": _("Accept an invitation"),
    "team.hire_first_administrator": _("Hire the first administrator"),
    "tier.propose_policy": _("Propose a policy of tiers"),
    "value.record": _("Record values and tiers"),
}

OFFERED: frozenset[str] = frozenset(name for words in PEOPLES.values() for name in words)
"""What a role can be given: never what the night, an import or the gate does, and never the giving itself."""


def in_words(name: str) -> str:
    """An action as a person reads it; its own name when nobody has written words for it."""
    for words in (*PEOPLES.values(), MACHINES):
        if name in words:
            return str(words[name])
    return name
