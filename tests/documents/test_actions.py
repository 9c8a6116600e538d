"""Bringing, removing and clearing away papers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartera.clients.models import Client
from cartera.documents import store
from cartera.documents.actions import file_away, remove
from cartera.documents.jobs import drawn_by_child, tidy
from cartera.documents.models import Document
from cartera.documents.queries import papers, papers_of
from cartera.documents.settings import MEGABYTES, MEGABYTES_A_CLIENT
from cartera.interactions.actions import register, retract
from cartera.kernel import keys
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from tests.conftest import SET_UP, ruled
from tests.documents.conftest import PDF, offered, picture

Lying = Callable[[], list[str]]
Bring = Callable[[str, bytes], Document]
WHOLE = os.urandom(store.PIECE * 2)  # exactly two pieces
NOTE = "Llamar a Rosa después de las diez.\n".encode()


@pytest.fixture
def contract(ana: Actor, rosa: Client) -> Document:
    return file_away(actor=ana, client=rosa, offered=[offered("Contrato.pdf", PDF)])[0]


@pytest.mark.row("Y3")
class TestBringing:
    def test_keeps_what_was_brought(self, ana: Actor, rosa: Client, contract: Document):
        assert b"".join(store.read(rosa.pk, contract.digest)) == PDF
        assert list(papers_of(actor=ana, client=rosa)) == [contract]
        assert (contract.kind, contract.size, contract.staff_id) == ("pdf", len(PDF), ana.id)

    def test_is_remembered_with_its_name_sealed(self, contract: Document):
        row = Happening.objects.filter(name="document.add").values().get()
        assert "Contrato" not in str(row)

    def test_keeps_the_same_content_once_for_a_client(self, ana: Actor, rosa: Client, contract: Document, lying: Lying):
        contact = register(actor=ana, client=rosa, channel="phone")
        (again,) = file_away(actor=ana, client=rosa, offered=[offered("Copia.pdf", PDF)], interaction=contact)
        assert again.digest == contract.digest
        assert [name for name in lying() if not name.endswith(store.PREVIEW)] == [contract.digest]

    def test_says_so_when_it_is_there_already(self, ana: Actor, rosa: Client, contract: Document):
        with pytest.raises(Invalid) as refused:
            file_away(actor=ana, client=rosa, offered=[offered("Otra.pdf", PDF)])
        assert "Contrato.pdf" in str(refused.value.fields["files"][0])

    def test_takes_all_files_or_none(self, ana: Actor, rosa: Client, lying: Lying):
        with pytest.raises(Invalid) as refused:
            file_away(actor=ana, client=rosa, offered=[offered("Nota.txt", NOTE), offered("x.pdf", b"MZ\0")])
        assert "x.pdf" in str(refused.value.fields["files"][0])
        assert not Document.objects.exists()
        assert lying() == []

    def test_has_limits(self, ana: Actor, rosa: Client):
        ruled(MEGABYTES, 1)
        ruled(MEGABYTES_A_CLIENT, 1)
        with pytest.raises(Invalid):
            file_away(actor=ana, client=rosa, offered=[offered("Nota.txt", NOTE + b"x" * 1024**2)])
        file_away(actor=ana, client=rosa, offered=[offered("Nota.txt", NOTE + b"x" * 1000**2)])
        with pytest.raises(Invalid):
            file_away(actor=ana, client=rosa, offered=[offered("Otra.txt", NOTE + b"y" * 1000**2)])
        Document.objects.all().delete()
        with pytest.raises(Invalid):
            file_away(actor=ana, client=rosa, offered=[offered(f"{n}.txt", NOTE) for n in range(11)])
        with pytest.raises(Invalid):
            file_away(actor=ana, client=rosa, offered=[offered("vacío.txt", b"")])
        assert not Document.objects.exists()

    def test_is_for_whoever_sees_the_client_and_may(self, ana: Actor, beto: Actor, rosa: Client):
        with pytest.raises(NotFound):
            file_away(actor=beto, client=rosa, offered=[offered("Nota.txt", NOTE)])
        with pytest.raises(NotPermitted):
            file_away(actor=Actor.system("stranger"), client=rosa, offered=[offered("Nota.txt", NOTE)])

    def test_hangs_on_nothing_of_another_client(self, yunguilla: Client, rosa: Client):
        contact = register(actor=SET_UP, client=yunguilla, channel="phone")
        with pytest.raises(Invalid):
            file_away(actor=SET_UP, client=rosa, offered=[offered("Nota.txt", NOTE)], interaction=contact)

    def test_goes_with_a_contact_that_is_taken_back(self, ana: Actor, rosa: Client):
        contact = register(actor=ana, client=rosa, channel="phone")
        file_away(actor=ana, client=rosa, offered=[offered("Nota.txt", NOTE)], interaction=contact)
        retract(actor=ana, interaction=contact)
        assert not papers(actor=ana).exists()


@pytest.mark.row("Y3")
class TestOnTheDisk:
    @pytest.mark.parametrize("content", [NOTE, WHOLE, WHOLE + b"x", WHOLE[:-1]], ids=["small", "two", "more", "less"])
    def test_is_sealed_and_read_in_pieces(self, rosa: Client, home: Path, content: bytes):
        digest = store.put(rosa.pk, offered("x", content).content)
        on_disk = (home / "documents" / digest[:2] / digest).read_bytes()
        assert content[:20] not in on_disk
        assert b"".join(store.read(rosa.pk, digest)) == content

    def test_is_unreadable_once_the_key_is_destroyed(self, rosa: Client, contract: Document):
        keys.destroy(rosa.pk)
        with pytest.raises(NotFound):
            store.read(rosa.pk, contract.digest)

    def test_is_the_clients_alone(self, rosa: Client, yunguilla: Client, contract: Document):
        with pytest.raises(ValueError, match="does not match"):
            store.read(yunguilla.pk, contract.digest)

    @pytest.mark.parametrize("change", ["swapped", "cut", "moved"])
    def test_tampering_is_noticed(self, rosa: Client, home: Path, change: str):
        digest = store.put(rosa.pk, offered("x", WHOLE + b"tail").content)
        path = home / "documents" / digest[:2] / digest
        sealed = path.read_bytes()
        piece = store._SEALED
        if change == "swapped":
            path.write_bytes(sealed[piece : 2 * piece] + sealed[:piece] + sealed[2 * piece :])
        elif change == "cut":
            path.write_bytes(sealed[: 2 * piece])
        else:
            other = store.put(rosa.pk, offered("y", NOTE).content)
            path = home / "documents" / other[:2] / other
            path.write_bytes(sealed)
            digest = other
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the refusal does not
            b"".join(store.read(rosa.pk, digest))

    def test_nothing_half_written_stays(self, rosa: Client, lying: Lying, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(store.os, "fsync", lambda _file: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            store.put(rosa.pk, offered("x", NOTE).content)
        assert lying() == []


@pytest.mark.row("Y3")
class TestRemoving:
    def test_can_be_undone(self, ana: Actor, contract: Document):
        gone = remove(actor=ana, document=contract)
        assert not papers(actor=ana).exists()
        undo(actor=ana, happening_id=gone.happening.pk)  # type: ignore[attr-defined]
        assert papers(actor=ana).get() == contract

    def test_bringing_can_be_undone(self, ana: Actor, contract: Document):
        undo(actor=ana, happening_id=contract.happening.pk)  # type: ignore[attr-defined]
        assert not papers(actor=ana).exists()

    def test_happens_once(self, ana: Actor, contract: Document):
        contract = remove(actor=ana, document=contract)
        with pytest.raises(InvalidTransition):
            remove(actor=ana, document=contract)

    def test_forgets_the_content_weeks_later(self, ana: Actor, contract: Document, lying: Lying, home: Path):
        remove(actor=ana, document=contract)
        _grow_old(home)
        Document.objects.update(removed_at=datetime.now(UTC) - timedelta(days=29))
        tidy(datetime.now(UTC))
        assert contract.digest in lying()
        tidy(datetime.now(UTC) + timedelta(days=2))
        assert lying() == []

    def test_keeps_what_another_paper_still_shows(
        self, ana: Actor, rosa: Client, contract: Document, lying: Lying, home: Path
    ):
        contact = register(actor=ana, client=rosa, channel="phone")
        file_away(actor=ana, client=rosa, offered=[offered("Copia.pdf", PDF)], interaction=contact)
        remove(actor=ana, document=contract)
        _grow_old(home)
        tidy(datetime.now(UTC) + timedelta(days=400))
        assert contract.digest in lying()

    def test_sweeps_what_no_paper_speaks_of_but_not_what_is_on_its_way(self, rosa: Client, lying: Lying, home: Path):
        digest = store.put(rosa.pk, offered("x", NOTE).content)
        tidy(datetime.now(UTC))
        assert lying() == [digest]
        _grow_old(home)
        tidy(datetime.now(UTC))
        assert lying() == []


@pytest.mark.row("Y3")
class TestPreviews:
    @pytest.fixture
    def bring(self, ana: Actor, rosa: Client, django_capture_on_commit_callbacks: Any) -> Bring:
        """Bring one file and let the worker do what it asks for."""

        def brought(name: str, content: bytes) -> Document:
            with django_capture_on_commit_callbacks(execute=True):
                (paper,) = file_away(actor=ana, client=rosa, offered=[offered(name, content)])
            paper.refresh_from_db()
            return paper

        return brought

    @pytest.mark.parametrize(("name", "content"), [("a.pdf", PDF), ("a.jpg", picture()), ("a.png", picture("PNG"))])
    def test_are_drawn_by_the_worker(self, bring: Bring, rosa: Client, name: str, content: bytes):
        paper = bring(name, content)
        assert paper.preview == Document.Preview.DRAWN
        assert b"".join(store.read(rosa.pk, paper.digest, preview=True)).startswith(b"\xff\xd8\xff")

    def test_carry_nothing_that_the_camera_wrote(self, bring: Bring, rosa: Client):
        paper = bring("a.jpg", picture(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0GPS-here"))
        assert b"Exif" not in b"".join(store.read(rosa.pk, paper.digest, preview=True))

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("pdf", b"%PDF-1.4\nbroken"),
            ("jpeg", b"\xff\xd8\xff\xe0broken"),
            ("png", picture("PNG", (9000, 9000))),
            ("gif", picture("PNG")[:60]),
        ],
        ids=["broken pdf", "broken jpeg", "81 megapixels", "cut off"],
    )
    def test_of_hostile_files_are_none(self, kind: str, content: bytes):
        assert drawn_by_child(kind, content) == b""

    def test_that_fail_leave_the_paper(self, bring: Bring):
        paper = bring("a.pdf", b"%PDF-1.4\nbroken")
        assert paper.preview == Document.Preview.NONE


def _grow_old(home: Path) -> None:
    """As if every file had been kept two days ago."""
    ago = time.time() - 2 * 86400
    for path in (home / "documents").glob("??/*"):
        os.utime(path, (ago, ago))
