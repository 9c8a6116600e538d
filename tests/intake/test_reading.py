"""Reading: every line is a row or is refused, whatever the bytes; numbers, reasons and speed-independent cells are exact."""

from __future__ import annotations

import io
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.intake.reading import BadLine, UnreadableFile, read, split
from cartera.intake.recipes import Layout
from cartera.intake.refusals import LINE

PLAIN = Layout(header=False, columns=("a", "b", "c"))


def rows_of(content: bytes, layout: Layout = PLAIN) -> list[tuple[object, ...]]:
    return read(io.BytesIO(content), "f.csv", layout).rows.drop("file_").rows()


def refused_in(content: bytes, layout: Layout = PLAIN) -> list[tuple[int, str]]:
    return read(io.BytesIO(content), "f.csv", layout).refused.select("line", "reason").rows()


@pytest.mark.row("Y9")
class TestReading:
    def test_cells_are_trimmed_and_empty_ones_are_null(self):
        assert rows_of(b"1; x ;\r\n\r\n2;;y\n") == [(1, "1", "x", None), (3, "2", None, "y")]

    def test_quotes_hold_separators_and_doubled_quotes(self):
        assert rows_of(b'"a;b";"say ""hi""";c\n') == [(1, "a;b", 'say "hi"', "c")]

    def test_a_quote_inside_an_unquoted_cell_is_itself(self):
        assert rows_of(b'12" pipe;b;c\n') == [(1, '12" pipe', "b", "c")]

    def test_headings_name_the_columns_and_their_order_is_free(self):
        layout = Layout(columns=("b",))
        assert rows_of(b"\xef\xbb\xbfa;b\n1;2\n", layout) == [(2, "1", "2")]

    def test_a_missing_heading_is_told_with_those_there(self):
        with pytest.raises(UnreadableFile, match=r"b.*a, c"):
            rows_of(b"a;c\n1;2\n", Layout(columns=("b",)))

    def test_two_headings_alike_are_told(self, in_english):
        with pytest.raises(UnreadableFile, match="“a”"):
            rows_of(b"a;a\n1;2\n", Layout())

    def test_lines_before_the_headings_are_skipped_and_counted(self):
        assert rows_of(b"Report\n\na;b\n1;2\n", Layout(skip_lines=2)) == [(4, "1", "2")]

    def test_no_quotes_at_all(self):
        assert rows_of(b'"a;b;c"\n', replace(PLAIN, quote="")) == [(1, '"a', "b", 'c"')]

    def test_tabs_and_latin(self):
        layout = replace(PLAIN, separator="\t", encoding="latin-1")
        assert rows_of("Muñoz\tPeña\tñ\n".encode("latin-1"), layout) == [(1, "Muñoz", "Peña", "ñ")]

    def test_utf_16(self):
        layout = replace(PLAIN, encoding="utf-16")
        assert rows_of("Muñoz;Peña;ñ\r\n1;2;3\r\n".encode("utf-16"), layout) == [
            (1, "Muñoz", "Peña", "ñ"),
            (2, "1", "2", "3"),
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"1;2\n", "2 columns and 3"),
            (b"1;2;3;4\n", "4 columns and 3"),
            (b'1;"2;3\n', "quote is opened"),
            (b'1;"2"x;3\n', "follows a quote"),
            (b"1;\xff;3\n", "byte 0xff at position 3"),
            (b"1;\x00;3\n", "bytes that are no text"),
            (b'1;2;"3', "ends in the middle"),
            (b"1;2", "ends in the middle"),
        ],
    )
    def test_a_bad_line_is_refused_alone(self, line, reason, in_english):
        content = b"a;b;c\n" + line
        content += b"d;e;f\n" if line.endswith(b"\n") else b""
        assert [number for number, *_ in rows_of(content)] == ([1, 3] if line.endswith(b"\n") else [1])
        [(number, why)] = refused_in(content)
        assert number == 2
        assert reason in why

    def test_a_whole_last_line_needs_no_end(self):
        assert len(rows_of(b"1;2;3\n4;5;6")) == 2

    def test_blocks_do_not_move_line_numbers(self, monkeypatch):
        content = b"".join(b"%d;%d;x\n" % (n, n * n) for n in range(1, 200)) + b"1;2\n" + b"7;8;9\n"
        whole = rows_of(content)
        monkeypatch.setattr("cartera.intake.reading.BLOCK", 37)
        assert rows_of(content) == whole
        assert [number for number, _ in refused_in(content)] == [200]


alphabet = st.sampled_from(
    [b";", b'"', b"\n", b"\r\n", b"a", b"1", b" ", b"\xff", b"\xc3\xb1", b"\x00", b"\r", b"\xef\xbb\xbf"]
)


@settings(max_examples=300, deadline=None)
@given(
    content=st.one_of(st.binary(max_size=80), st.lists(alphabet, max_size=40).map(b"".join)),
    encoding=st.sampled_from(["utf-8", "latin-1", "cp1252", "ascii", "utf-16", "utf-16-le"]),
    quote=st.sampled_from(['"', "'", ""]),
)
def test_any_bytes_are_rows_or_refusals(content, encoding, quote):
    layout = replace(PLAIN, encoding=encoding, quote=quote)
    result = read(io.BytesIO(content), "f.csv", layout)
    taken, refused = result.rows[LINE].to_list(), result.refused["line"].to_list()
    assert sorted(taken + refused) == sorted(set(taken + refused))
    if encoding in {"utf-8", "latin-1"}:
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        written = {n for n, line in enumerate(lines, start=1) if _says_something(line, encoding)}
        assert set(taken + refused) == written


def _says_something(line: bytes, encoding: str) -> bool:
    return _trimmed(line.removesuffix(b"\r").decode(encoding, "replace")) is not None


@settings(max_examples=300, deadline=None)
@given(content=st.lists(alphabet.filter(lambda one: one not in {b"\xff", b"\x00"}), max_size=40).map(b"".join))
def test_the_fast_way_reads_what_the_careful_way_reads(content):
    expected = []
    text = content.decode("utf-8").removeprefix("\ufeff")
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        try:
            cells = split(line, PLAIN)
        except BadLine:
            continue
        if len(cells) == 3:
            expected.append((number, *(_trimmed(cell) for cell in cells)))
    assert rows_of(content) == expected


def _trimmed(cell: str) -> str | None:
    return pl.Series([cell]).str.strip_chars().item() or None
