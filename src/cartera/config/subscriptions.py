"""Who hears of what: the one table of subscriptions.

*Together* runs in the transaction of what happened; *afterwards* runs in a worker, at least once.
"""

from __future__ import annotations

from cartera.agenda.reactions import mark_the_plan
from cartera.events import reactions as events
from cartera.kernel import bell
from cartera.promises import reactions as promises

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
}


def hang() -> None:
    bell.connect(together=TOGETHER, afterwards=AFTERWARDS)
