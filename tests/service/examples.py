"""Models, calendars and their generators for the tests of service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from cartera.service.rules import Asked, ModelSpec, Touch, TouchpointSpec

LADDER = ("letter", "email", "message", "phone", "video", "face_to_face")
CALL = Touch("Call", "phone", "touch", 15)
REVIEW = Touch("Review", "video", "review", 40)
MEETING = Touch("Meeting", "face_to_face", "review", 60)


def nested(*levels: tuple[Touch, int]) -> ModelSpec:
    inner: tuple[TouchpointSpec, ...] = ()
    for touch, times in reversed(levels):
        inner = (TouchpointSpec(touch, times, inner),)
    return ModelSpec(inner)


TWELVE_FOUR_TWO = nested((CALL, 12), (REVIEW, 4), (MEETING, 2))
ONE_CALL = nested((CALL, 1))


def weekdays(first: date, until: date) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range((until - first).days))
    return tuple(day for day in days if day.weekday() < 5)


YEAR = weekdays(date(2026, 1, 1), date(2027, 1, 1))
AFTER = weekdays(date(2027, 1, 1), date(2027, 2, 1))


def asked(accepted: Sequence[str] = LADDER, **wishes: object) -> Asked:
    return Asked(LADDER, frozenset(accepted), **wishes)  # type: ignore[arg-type]


@st.composite
def touchpoints(draw: st.DrawFn, most: int, depth: int = 0) -> TouchpointSpec:
    times = draw(st.integers(1, most))
    inner: list[TouchpointSpec] = []
    left = times
    while depth < 3 and left and len(inner) < 3 and draw(st.booleans()):
        inner.append(draw(touchpoints(left, depth + 1)))
        left -= inner[-1].times_a_year
    touch = Touch(
        draw(st.sampled_from("ABCDEFGH")),
        draw(st.sampled_from(LADDER)),
        draw(st.sampled_from(["touch", "review"])),
        draw(st.integers(1, 90)),
    )
    return TouchpointSpec(touch, times, tuple(inner))


models = st.lists(touchpoints(40), min_size=1, max_size=3).map(lambda specs: ModelSpec(tuple(specs)))
wishes = st.builds(
    asked,
    st.sets(st.sampled_from(LADDER)),
    preferred=st.sampled_from(["", *LADDER]),
    contacts_a_year=st.none() | st.integers(0, 60),
)
