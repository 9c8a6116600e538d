"""Busy times in calendar files: repeated, moved, cancelled, private, whole days, other zones, and nonsense."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cartera.team.busy import UnreadableCalendar, busy_times

CUENCA = ZoneInfo("America/Guayaquil")
BEGIN, END = datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 29, tzinfo=UTC)


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//ES"]
    for event in events:
        lines += ["BEGIN:VEVENT", "DTSTAMP:20260601T000000Z", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*(line.strip() for line in lines), "END:VCALENDAR", ""]).encode()


def read(*events: str) -> list[tuple[str, str, str]]:
    found = busy_times(calendar(*events), begin=BEGIN, end=END, zone=CUENCA)
    return [(f"{busy.starts_at:%m-%d %H:%M}", f"{busy.ends_at:%m-%d %H:%M}", busy.title) for busy in found]


@pytest.mark.row("Y5")
class TestReading:
    def test_tells_all_in_utc_whatever_the_zone(self):
        assert read(
            "UID:1\nDTSTART:20260616T150000Z\nDTEND:20260616T160000Z\nSUMMARY:UTC",
            "UID:2\nDTSTART;TZID=Europe/Madrid:20260617T090000\nDTEND;TZID=Europe/Madrid:20260617T100000\nSUMMARY:Madrid",
            "UID:3\nDTSTART:20260618T090000\nDURATION:PT90M\nSUMMARY:Flotante",
        ) == [
            ("06-16 15:00", "06-16 16:00", "UTC"),
            ("06-17 07:00", "06-17 08:00", "Madrid"),
            ("06-18 14:00", "06-18 15:30", "Flotante"),
        ]

    def test_a_whole_day_is_from_midnight_to_midnight_here(self):
        assert read("UID:1\nDTSTART;VALUE=DATE:20260616\nDTEND;VALUE=DATE:20260618\nSUMMARY:Feria") == [
            ("06-16 05:00", "06-18 05:00", "Feria")
        ]

    def test_what_repeats_is_unfolded_without_its_exceptions_and_with_what_was_moved(self):
        weekly = "UID:1\nDTSTART:20260601T150000Z\nDTEND:20260601T160000Z\nRRULE:FREQ=WEEKLY\nSUMMARY:Comité"
        assert read(f"{weekly}\nEXDATE:20260615T150000Z") == [("06-22 15:00", "06-22 16:00", "Comité")]
        moved = (
            "UID:1\nRECURRENCE-ID:20260622T150000Z\nDTSTART:20260623T180000Z\nDTEND:20260623T190000Z\nSUMMARY:Movido"
        )
        assert read(weekly, moved) == [
            ("06-15 15:00", "06-15 16:00", "Comité"),
            ("06-23 18:00", "06-23 19:00", "Movido"),
        ]

    @pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
    def test_what_is_cancelled_or_free_takes_no_time(self, line: str):
        assert read(f"UID:1\nDTSTART:20260616T150000Z\nDTEND:20260616T160000Z\n{line}") == []

    def test_what_is_private_keeps_its_title(self):
        assert read("UID:1\nDTSTART:20260616T150000Z\nDTEND:20260616T160000Z\nCLASS:PRIVATE\nSUMMARY:Médico") == [
            ("06-16 15:00", "06-16 16:00", "")
        ]

    def test_what_lies_outside_the_window_is_left_out(self):
        assert read("UID:1\nDTSTART:20260816T150000Z\nDTEND:20260816T160000Z") == []

    def test_a_change_of_clocks_moves_what_repeats_in_its_zone(self):
        weekly = "UID:1\nDTSTART;TZID=America/New_York:20261026T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
        found = busy_times(
            calendar(weekly),
            begin=datetime(2026, 10, 20, tzinfo=UTC),
            end=datetime(2026, 11, 9, tzinfo=UTC),
            zone=CUENCA,
        )
        assert [busy.starts_at.hour for busy in found] == [13, 14]


@pytest.mark.row("Y5")
class TestNonsense:
    @pytest.mark.parametrize(
        "content", [b"", b"<html>", b"BEGIN:VCARD\nEND:VCARD", b"\xff\xfe\x00", b"BEGIN:VCALENDAR"]
    )
    def test_is_said_to_be_none(self, content: bytes):
        with pytest.raises(UnreadableCalendar):
            busy_times(content, begin=BEGIN, end=END, zone=CUENCA)

    def test_that_repeats_every_second_is_refused(self):
        with pytest.raises(UnreadableCalendar) as refused:
            read("UID:1\nDTSTART:20260616T150000Z\nRRULE:FREQ=SECONDLY")
        assert refused.value.flaw == "repeats"

    @settings(max_examples=150, deadline=None)
    @given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from([
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "DTSTART:20260616T150000Z", "DTSTART:x", "UID:1",
        "DTEND;VALUE=DATE:20260616", "RRULE:FREQ=DAILY;COUNT=9", "RRULE:FREQ=x", "EXDATE:1", "DURATION:P1D", "DTSTART;TZID=No/Where:20260616T150000",
        "RECURRENCE-ID:20260616T150000Z", "RDATE:20260617T150000Z", "DTSTART;VALUE=DATE:20260616",
    ]), max_size=12).map(lambda lines: "\r\n".join(lines).encode())))  # fmt: skip
    @example(
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=No/Where:20260616T150000\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    def test_of_any_kind_gives_times_or_a_refusal(self, content: bytes):
        try:
            found = busy_times(content, begin=BEGIN, end=END, zone=CUENCA)
        except UnreadableCalendar:
            return
        assert all(busy.starts_at < busy.ends_at for busy in found)
