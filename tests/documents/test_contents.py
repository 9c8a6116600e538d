"""What a file is, its content says; hostile ones are refused."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.documents.actions import WORDS
from cartera.documents.contents import recognise
from cartera.documents.rules import KINDS, LONGEST_NAME, Flaw, plain_name
from tests.documents.conftest import DOCX, PDF, archive, picture

ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}


def kind_of(content: bytes) -> str:
    return recognise(io.BytesIO(content)).code


@pytest.mark.row("Y3")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (picture("JPEG"), "jpeg"),
        (picture("PNG"), "png"),
        (picture("GIF"), "gif"),
        (picture("WEBP"), "webp"),
        (picture("TIFF"), "tiff"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (archive(DOCX), "docx"),
        (archive({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "xlsx"),
        (archive(ODT), "odt"),
        ("Cédula: 0102334456\n".encode(), "text"),
        ("Año;Crédito\n".encode("cp1252"), "text"),
        (b"garbage %PDF-1.4", "text"),  # not at its very beginning: it leaves as the plain text that it is
    ],
)
def test_is_known_by_its_content(content: bytes, kind: str):
    assert kind_of(content) == kind


@pytest.mark.row("Y3")
@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"MZ\x90\0\x03\0\0\0", "kind"),
        (b"\x7fELF\x02\x01\x01\0", "kind"),
        (b"#!/bin/sh\nrm -rf /\n", "kind"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "kind"),
        (b"\xef\xbb\xbf  <svg onload=alert(1)>", "kind"),
        (b"Hola\n<ScRiPt>alert(1)</script>", "kind"),
        (b"\x81\x8d\x00\x01", "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_office"),
        (archive({"a.txt": b"x"}), "kind"),
        (archive(DOCX)[:-30], "kind"),
        (archive(DOCX | {"word/vbaProject.bin": b"x"}), "macros"),
        (archive(DOCX | {"word/embeddings/run.EXE": b"x"}), "macros"),
        (archive(DOCX | {"../../etc/passwd": b"x"}), "kind"),
        (archive(DOCX | {"xl/workbook.xml": b"x"}), "kind"),
        (archive({"mimetype": b"text/html"}), "kind"),
        (archive(DOCX | {"word/media/zeros": bytes(30_000_000)}), "bomb"),
        (archive(DOCX | {f"word/{n}": b"" for n in range(5001)}), "bomb"),
        (picture("JPEG") + archive(DOCX), "two_things"),
        (picture("GIF") + archive({"Main.class": b"x"}), "two_things"),
        (PDF + archive(DOCX), "two_things"),
    ],
)
def test_is_refused_when_it_is_hostile(content: bytes, flaw: str):
    with pytest.raises(Flaw) as refused:
        kind_of(content)
    assert refused.value.code == flaw


def test_an_archive_whose_parts_overlap_is_refused():
    """One compressed part that many entries of the directory point to: small on disk, huge when it is unpacked."""
    whole = bytearray(archive(DOCX | {"word/a": bytes(1000)}, zipfile.ZIP_STORED))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 20 : at + 24] = struct.pack("<I", len(whole) * 2)
    with pytest.raises(Flaw):
        kind_of(bytes(whole))


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_a_kind_or_a_flaw(content: bytes):
    for beginning in (b"", b"PK\x03\x04", b"%PDF-"):
        try:
            found = recognise(io.BytesIO(beginning + content)).code
        except Flaw as flaw:
            found = flaw.code
        assert found in {*KINDS, *WORDS}


@pytest.mark.row("Y3")
@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("../../etc/passwd", "text", "passwd.txt"),
        ("C:\\Users\\x\\Cédula.PDF", "pdf", "Cédula.pdf"),
        ("foto.exe", "jpeg", "foto.exe.jpg"),
        ("foto\u202egpj.exe", "jpeg", "fotogpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie x.pdf"),
        ("foto.jpeg", "jpeg", "foto.jpeg"),
        (".htaccess", "text", "htaccess.txt"),
        ("...", "pdf", "papel.pdf"),
    ],
)
def test_a_name_is_kept_but_not_trusted(name: str, kind: str, shown: str):
    assert plain_name(name, KINDS[kind]) == shown


@given(st.text(max_size=300), st.sampled_from(sorted(KINDS)))
def test_every_name_becomes_one_that_can_be_saved(name: str, code: str):
    made = plain_name(name, KINDS[code])
    assert made.endswith(KINDS[code].suffixes)
    assert len(made) <= LONGEST_NAME
    assert made.isprintable()
    assert not set(made) & set('/\\:*?"<>|')
