"""What service does when two clients are merged: one agreement goes on, and nobody is promised the same year twice."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext as _

from cartera.clients.actions.carrying import note, noted
from cartera.clients.models import Merge
from cartera.clock.queries import today
from cartera.kernel.recording import Recording
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service.actions import PLANNER, withdraw_from
from cartera.service.models import Agreement

AGREEMENTS, WITHDRAWN = "service.agreement", "service.promises"


def go_with_the_client(record: Recording) -> None:
    """The absorbed client's agreements follow those of the survivor. Where both run, the absorbed one's ends today."""
    merge: Merge = record.result
    theirs = list(Agreement.objects.filter(client=merge.absorbed_id).order_by("number"))
    if not theirs:
        return
    ours = Agreement.objects.filter(client=merge.survivor_id)
    number, one_runs = ours.aggregate(last=Max("number"))["last"] or 0, ours.open().exists()
    before: dict[str, dict[str, object]] = {}
    withdrawn: list[int] = []
    for agreement in theirs:
        number += 1
        ended = agreement.ended_on
        before[str(agreement.pk)] = {"number": agreement.number, "ended_on": ended.isoformat() if ended else None}
        if ended is None and one_runs:
            ended = today()
            withdrawn += withdraw_from(agreement, ended, _("Two clients became one, and the other agreement goes on."))
        agreement.change(client_id=merge.survivor_id, number=number, ended_on=ended)
    note(merge, AGREEMENTS, before)
    note(merge, WITHDRAWN, withdrawn)


def come_back(record: Recording) -> None:
    """The agreements are the other client's again, and what was withdrawn of them is promised again."""
    merge: Merge = record.result
    before = noted(merge, AGREEMENTS)
    day = Agreement._meta.get_field("ended_on")
    for agreement in Agreement.objects.filter(pk__in=before, client=merge.survivor_id):
        was = before[str(agreement.pk)]
        agreement.change(client_id=merge.absorbed_id, number=was["number"], ended_on=day.to_python(was["ended_on"]))
    for promise in Promise.objects.filter(pk__in=merge.moved.get(WITHDRAWN, []), state=State.WITHDRAWN):
        promises.reopen(actor=PLANNER, promise=promise)
