"""Papers on the screens and in the API: permissions, headers, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from cartera.clients.models import Client
from cartera.documents.actions import file_away
from cartera.documents.models import Document
from cartera.interactions.actions import register
from cartera.kernel.actor import Actor
from cartera.promises.actions import make
from tests.api.conftest import Program, program
from tests.conftest import NOW
from tests.desk.conftest import sign_in
from tests.documents.conftest import PDF, offered, picture

__all__ = ["program", "sign_in"]

SignIn = Callable[[Actor], Browser]
NOTE = b"Llamar a Rosa a las diez.\n"


@pytest.fixture
def contract(ana: Actor, rosa: Client) -> Document:
    return file_away(actor=ana, client=rosa, offered=[offered("Contrato.pdf", PDF)])[0]


@pytest.fixture
def page(ana: Actor, sign_in: SignIn) -> Browser:
    return sign_in(ana)


def sent(*files: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [SimpleUploadedFile(name, content, "text/html") for name, content in files]}


@pytest.mark.row("Y3")
class TestTheScreen:
    def test_brings_several_and_says_so(self, page: Browser, rosa: Client):
        answer = page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF), ("b.txt", NOTE)), follow=True)
        assert answer.redirect_chain[-1][0] == f"/clientes/{rosa.pk}"
        assert "2 papeles guardados" in answer.content.decode()
        assert {one.kind for one in Document.objects.all()} == {"pdf", "text"}

    def test_says_what_is_wrong_and_keeps_nothing(self, page: Browser, rosa: Client):
        answer = page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF), ("virus.pdf", b"MZ\0\0")))
        assert answer.status_code == 422
        assert "«virus.pdf» no es un PDF" in answer.content.decode()
        assert not Document.objects.exists()

    def test_answers_a_script_with_the_address_or_the_errors(self, page: Browser, rosa: Client):
        by_script = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
        well = page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF)), **by_script)
        assert (well.status_code, well["Location"]) == (201, f"/clientes/{rosa.pk}")
        badly = page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF)), **by_script)
        assert badly.status_code == 422
        assert "Ya está" in badly.json()["errors"][0]

    def test_refuses_by_length_before_anything_is_read(self, page: Browser, rosa: Client):
        answer = page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF)), CONTENT_LENGTH=str(10**10))
        assert answer.status_code == 413

    def test_asks_for_the_token_of_the_form(self, page: Browser, rosa: Client):
        page.handler.enforce_csrf_checks = True
        assert page.post(f"/clientes/{rosa.pk}/papeles", sent(("a.pdf", PDF))).status_code == 403
        assert not Document.objects.exists()

    def test_hangs_papers_on_contacts_and_promises(self, page: Browser, ana: Actor, rosa: Client):
        contact = register(actor=ana, client=rosa, channel="phone")
        promise = make(actor=ana, client=rosa, what="Propuesta", due_at=NOW + timedelta(days=3))
        page.post(f"/clientes/{rosa.pk}/papeles?contact={contact.pk}", sent(("a.pdf", PDF)))
        page.post(f"/clientes/{rosa.pk}/papeles?promise={promise.pk}", sent(("b.txt", NOTE)))
        assert [(one.interaction_id, one.promise_id) for one in Document.objects.order_by("id")] == [
            (contact.pk, None),
            (None, promise.pk),
        ]
        assert "a.pdf" in page.get(f"/clientes/{rosa.pk}/historia").content.decode()
        assert "Propuesta" in page.get(f"/clientes/{rosa.pk}/papeles?promise={promise.pk}").content.decode()

    @pytest.mark.parametrize("query", ["contact=999999", "promise=x", "contact=-1", "promise=" + "9" * 30])
    def test_knows_no_other_things(self, page: Browser, rosa: Client, query: str):
        assert page.get(f"/clientes/{rosa.pk}/papeles?{query}").status_code == 404

    def test_removes_with_undo(self, page: Browser, rosa: Client, contract: Document):
        answer = page.post(f"/papeles/{contract.pk}/quitar", {"next": f"/clientes/{rosa.pk}"}, follow=True)
        assert "Quitado: Contrato.pdf" in answer.content.decode()
        assert page.get(f"/papeles/{contract.pk}").status_code == 404
        undone = contract.__class__.objects.get().removed_at
        assert undone is not None

    def test_costs_the_same_for_few_and_many(
        self, page: Browser, ana: Actor, rosa: Client, contract: Document, django_assert_num_queries: Any
    ):
        with django_assert_num_queries(5) as few:
            page.get(f"/clientes/{rosa.pk}/papeles")
        for n in range(30):
            contact = register(actor=ana, client=rosa, channel="phone")
            file_away(actor=ana, client=rosa, offered=[offered(f"{n}.txt", NOTE * (n + 1))], interaction=contact)
        with django_assert_num_queries(len(few)):
            answer = page.get(f"/clientes/{rosa.pk}/papeles")
        assert answer.content.decode().count('id="paper-') == 24

    def test_pages_by_key(self, page: Browser, ana: Actor, rosa: Client):
        for n in range(3):
            file_away(
                actor=ana,
                client=rosa,
                offered=[offered(f"{k}.txt", NOTE * (k + 1)) for k in range(10 * n, 10 * n + 10)],
            )
        first = page.get(f"/clientes/{rosa.pk}/papeles")
        rest = page.get(f"/clientes/{rosa.pk}/papeles", {"cursor": first.context["page"].next_cursor})
        names = [one.name for answer in (first, rest) for one in answer.context["page"].items]
        assert len(names) == len(set(names)) == 30


@pytest.mark.row("Y3")
class TestAPaperThatLeaves:
    def test_is_a_file_to_save_and_nothing_that_runs(self, page: Browser, contract: Document):
        answer = page.get(f"/papeles/{contract.pk}")
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="Contrato.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]

    def test_has_a_preview_once_it_is_drawn(
        self, page: Browser, ana: Actor, rosa: Client, django_capture_on_commit_callbacks: Any
    ):
        with django_capture_on_commit_callbacks() as waiting:
            (paper,) = file_away(actor=ana, client=rosa, offered=[offered("a.png", picture("PNG"))])
        assert page.get(f"/papeles/{paper.pk}/vista").status_code == 404
        for callback in waiting:
            callback()
        answer = page.get(f"/papeles/{paper.pk}/vista")
        assert answer["Content-Type"] == "image/jpeg"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert f"/papeles/{paper.pk}/vista" in page.get(f"/clientes/{rosa.pk}").content.decode()

    @pytest.mark.parametrize("path", ["", "/vista"])
    def test_is_for_whoever_sees_the_client(self, beto: Actor, sign_in: SignIn, contract: Document, path: str):
        assert sign_in(beto).get(f"/papeles/{contract.pk}{path}").status_code == 404


@pytest.mark.row("Y3")
class TestTheApi:
    def test_brings_lists_reads_and_removes(self, ana: Actor, rosa: Client, program: Callable[[Actor], Program]):
        api = program(ana)
        answer = api.http.post(f"/api/v1/clients/{rosa.pk}/documents", {"file": SimpleUploadedFile("a.pdf", PDF)})
        assert answer.status_code == 201
        made = answer.json()
        assert (made["kind"], made["size"], made["name"]) == ("pdf", len(PDF), "a.pdf")
        assert api.get(f"/clients/{rosa.pk}/documents").json()["items"] == [made]  # type: ignore[attr-defined]
        content = api.http.get(answer["Location"] + "/content")
        assert b"".join(content.streaming_content) == PDF  # type: ignore[attr-defined]
        assert api.delete(f"/documents/{made['id']}").status_code == 200
        assert api.get(f"/documents/{made['id']}").status_code == 404

    def test_refuses_in_words_by_field(self, ana: Actor, rosa: Client, program: Callable[[Actor], Program]):
        api = program(ana)
        answer = api.http.post(f"/api/v1/clients/{rosa.pk}/documents", {"file": SimpleUploadedFile("a.pdf", b"MZ\0")})
        assert answer.status_code == 422
        assert "a.pdf" in answer.json()["errors"]["files"][0]

    def test_brings_once_for_a_key(self, ana: Actor, rosa: Client, program: Callable[[Actor], Program]):
        api, key = program(ana), {"Idempotency-Key": "5b0c6b3e"}
        for _time in range(2):
            answer = api.http.post(
                f"/api/v1/clients/{rosa.pk}/documents", {"file": SimpleUploadedFile("a.pdf", PDF)}, headers=key
            )
            assert answer.status_code == 201
        assert Document.objects.count() == 1

    def test_hangs_on_nothing_that_is_out_of_sight(
        self, ana: Actor, rosa: Client, yunguilla: Client, beto: Actor, program: Callable[[Actor], Program]
    ):
        contact = register(actor=beto, client=yunguilla, channel="phone")
        answer = program(ana).http.post(
            f"/api/v1/clients/{rosa.pk}/documents?interaction={contact.pk}", {"file": SimpleUploadedFile("a.pdf", PDF)}
        )
        assert answer.status_code == 404
