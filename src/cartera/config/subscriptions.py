"""Who hears of what: the one table of subscriptions.

*Together* runs in the transaction of what happened; *afterwards* runs in a worker, at least once.
"""

from __future__ import annotations

from cartera.agenda import reactions as agenda
from cartera.agenda.reactions import mark_the_plan, mark_the_plans_of_people, plan_both_books_again
from cartera.clients.reactions import hand_over_the_book, keep_country_and_currency
from cartera.documents import reactions as documents
from cartera.events import reactions as events
from cartera.interactions import reactions as interactions
from cartera.kernel import bell
from cartera.promises import reactions as promises
from cartera.service import reactions as service
from cartera.value import reactions as value

# The service gives up the absorbed client's promises while they still are its own, and takes them up once they are again.
ROOMS_OF_A_CLIENT = (service, promises, interactions, documents, value, events, agenda)

TIME_CHANGES = (
    *("team.set_hours", "team.change_person", "team.reactivate"),
    *("absence.plan", "absence.change", "absence.cancel", "absence.put_back"),
    *("appointment.make", "appointment.change", "appointment.cancel", "appointment.put_back", "appointment.take_in"),
)
"""What changes somebody's hours, or who serves their clients."""

TOGETHER: dict[str, tuple[bell.Together, ...]] = {
    "interaction.register": (promises.keep_the_touchpoint_it_fits, events.answer_what_it_was_about, mark_the_plan),
    "interaction.retract": (promises.put_back_what_it_did, events.put_back_what_it_answered, mark_the_plan),
    "client.hand_over": (promises.go_to_the_new_adviser, plan_both_books_again),
    "client.take_back": (promises.go_to_the_new_adviser, plan_both_books_again),
    "event.dismiss": (mark_the_plan,),
    "event.reopen": (mark_the_plan,),
    "promise.make": (mark_the_plan,),
    "promise.keep": (mark_the_plan,),
    "promise.reopen": (mark_the_plan,),
    "promise.renegotiate": (mark_the_plan,),
    "promise.withdraw": (mark_the_plan,),
    "institution.change": (keep_country_and_currency,),
    "institution.found": (keep_country_and_currency,),
    "book.hand_over": (promises.follow_the_book,),
    "team.deactivate": (hand_over_the_book, mark_the_plans_of_people),
    **dict.fromkeys(TIME_CHANGES, (mark_the_plans_of_people,)),
    "client.merge": tuple(room.go_with_the_client for room in ROOMS_OF_A_CLIENT),
    "client.unmerge": tuple(room.come_back for room in reversed(ROOMS_OF_A_CLIENT)),
}

AFTERWARDS: dict[str, tuple[str, ...]] = {
    "interaction.register": ("agenda.replan_after",),
    "interaction.retract": ("agenda.replan_after",),
    "document.add": ("documents.draw",),
    "event.dismiss": ("agenda.replan_after",),
    "event.reopen": ("agenda.replan_after",),
    "promise.make": ("agenda.replan_after",),
    "promise.keep": ("agenda.replan_after",),
    "promise.reopen": ("agenda.replan_after",),
    "promise.renegotiate": ("agenda.replan_after",),
    "promise.withdraw": ("agenda.replan_after",),
    "import.upload": ("intake.take_in",),
    "import.match": ("intake.try_out",),
    "import.follow": ("intake.try_out",),
    "import.begin": ("intake.load",),
    "import.mend": ("intake.load_mended",),
    "import.ask_undo": ("intake.undo",),
    "team.deactivate": ("agenda.replan_people",),
    **dict.fromkeys(TIME_CHANGES, ("agenda.replan_people",)),
    "client.merge": ("agenda.replan_after_merge",),
    "client.unmerge": ("agenda.replan_after_merge",),
}


def hang() -> None:
    bell.connect(together=TOGETHER, afterwards=AFTERWARDS)
