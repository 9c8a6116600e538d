"""Who hears of what: the one table of subscriptions.

*Together* runs in the transaction of what happened; *afterwards* runs in a worker, at least once.
"""

from __future__ import annotations

from cartera.agenda import reactions as agenda
from cartera.agenda.reactions import mark_the_plan
from cartera.events import reactions as events
from cartera.interactions import reactions as interactions
from cartera.kernel import bell
from cartera.promises import reactions as promises
from cartera.service import reactions as service
from cartera.value import reactions as value

# The service gives up the absorbed client's promises while they still are its own, and takes them up once they are again.
ROOMS_OF_A_CLIENT = (service, promises, interactions, value, events, agenda)

TOGETHER: dict[str, tuple[bell.Together, ...]] = {
    "interaction.register": (promises.keep_the_touchpoint_it_fits, events.answer_what_it_was_about, mark_the_plan),
    "interaction.retract": (promises.put_back_what_it_did, events.put_back_what_it_answered, mark_the_plan),
    "event.dismiss": (mark_the_plan,),
    "event.reopen": (mark_the_plan,),
    "promise.make": (mark_the_plan,),
    "promise.keep": (mark_the_plan,),
    "promise.reopen": (mark_the_plan,),
    "promise.renegotiate": (mark_the_plan,),
    "promise.withdraw": (mark_the_plan,),
    "client.merge": tuple(room.go_with_the_client for room in ROOMS_OF_A_CLIENT),
    "client.unmerge": tuple(room.come_back for room in reversed(ROOMS_OF_A_CLIENT)),
}

AFTERWARDS: dict[str, tuple[str, ...]] = {
    "interaction.register": ("agenda.replan_after",),
    "interaction.retract": ("agenda.replan_after",),
    "event.dismiss": ("agenda.replan_after",),
    "event.reopen": ("agenda.replan_after",),
    "promise.make": ("agenda.replan_after",),
    "promise.keep": ("agenda.replan_after",),
    "promise.reopen": ("agenda.replan_after",),
    "promise.renegotiate": ("agenda.replan_after",),
    "promise.withdraw": ("agenda.replan_after",),
    "client.merge": ("agenda.replan_after_merge",),
    "client.unmerge": ("agenda.replan_after_merge",),
}


def hang() -> None:
    bell.connect(together=TOGETHER, afterwards=AFTERWARDS)
