"""The account of what was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.promises.rules import State
from cartera.service.compliance import Owed, compliance

few = settings(max_examples=60, deadline=None)

DUE = datetime(2026, 6, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.row("S6")
class TestCompliance:
    def owed(self, due_at: datetime = DUE, state: State = State.PROMISED, closed_at: datetime | None = None) -> Owed:
        return Owed(DUE - 30 * 24 * HOUR, due_at, due_at + 48 * HOUR, state, closed_at)

    def test_counts_promised_against_done(self):
        account = compliance(
            [
                self.owed(state=State.KEPT, closed_at=DUE),
                self.owed(state=State.LATE, closed_at=DUE + HOUR),
                self.owed(state=State.BROKEN, closed_at=DUE + HOUR),
                self.owed(),
                self.owed(DUE + 24 * HOUR),
            ],
            DUE + 2 * HOUR,
        )
        assert (account.on_time, account.late, account.missed, account.behind, account.to_come) == (1, 1, 1, 1, 1)
        assert (account.done, account.promised, account.all, account.share) == (2, 4, 5, 0.5)
        assert account.behind_until == DUE + 48 * HOUR

    def test_at_an_earlier_date_what_happened_later_does_not_count(self):
        late = self.owed(state=State.LATE, closed_at=DUE + 5 * HOUR)
        assert compliance([late], DUE + HOUR).behind == 1
        assert compliance([late], DUE - HOUR).to_come == 1
        assert compliance([late], DUE + 6 * HOUR).late == 1

    def test_before_it_was_made_nothing_is_owed(self):
        assert compliance([self.owed()], DUE - 60 * 24 * HOUR).all == 0

    def test_what_was_withdrawn_or_renegotiated_is_not_owed_from_then_on(self):
        gone = [self.owed(state=state, closed_at=DUE - HOUR) for state in (State.WITHDRAWN, State.RENEGOTIATED)]
        assert compliance(gone, DUE).all == 0
        assert compliance(gone, DUE - 2 * HOUR).to_come == 2

    def test_nothing_due_yet_is_no_perfect_score(self):
        assert compliance([self.owed()], DUE - HOUR).share is None

    @given(
        st.lists(st.tuples(st.integers(-50, 50), st.sampled_from(State), st.integers(-60, 60))), st.integers(-80, 80)
    )
    @few
    def test_accounts_for_every_promise_that_stands(self, rows: list[tuple[int, State, int]], hour: int):
        promises = [
            self.owed(DUE + due * HOUR, state, None if state == State.PROMISED else DUE + closed * HOUR)
            for due, state, closed in rows
        ]
        at = DUE + hour * HOUR
        gone = sum(promise.state_at(at) in (State.WITHDRAWN, State.RENEGOTIATED) for promise in promises)
        assert compliance(promises, at).all + gone == len(promises)
