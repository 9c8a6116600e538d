"""An upload from its files to what was loaded, on the screens and by the workers' jobs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from cartera.clients.models import Client
from cartera.intake.models import SavedRecipe, SourceRow, Upload
from cartera.intake.undo.queries import undo_told
from cartera.intake.uploads import jobs, storage
from cartera.intake.uploads.rules import Flaw, Offered, checked, plain_names
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening, RefusedRow, Run
from cartera.promises import actions as promises
from tests.desk.conftest import sign_in

__all__ = ["sign_in"]

MESSY = """Clientes de la cooperativa;;;;
CEDULA;APELLIDOS Y NOMBRES;FEC. NAC.;SEXO;CELULAR
0102334456;Cordero Malo Rosa Elvira;02/04/1968;F;0991234567
0912345675;Tamariz Moscoso Inés;31/02/1956;F;0998765432
1103881102;Quizhpe Guamán Segundo;11/11/1974;M;0987654321
0103348871;;01/02/1980;M;0987654322
""" + "".join(
    f"01{at:08d};Zhunio Pintado Persona {name};{at:02d}/06/1970;F;09876543{at:02d}\n"
    for at, name in enumerate(("Ana", "Eva", "Luz", "Sol", "Mar", "Paz", "Inés", "Rut", "Noe", "Lea"), start=10)
)
Done = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _home(lake_home: Path) -> None:
    """Files, lake and locks of their own."""


@pytest.fixture
def done(django_capture_on_commit_callbacks: Callable[..., Any]) -> Done:
    """What is asked for inside is done by a worker at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def browser(sign_in: Any, ada: Actor) -> Any:
    return sign_in(ada)


def a_file(text: str = MESSY, name: str = "clientes.csv", encoding: str = "cp1252") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(encoding))


@pytest.fixture
def brought(browser: Any, done: Done) -> Callable[..., Upload]:
    def bring(text: str = MESSY, name: str = "clientes.csv", **more: Any) -> Upload:
        with done():
            answer = browser.post("/importaciones/nueva", {"files": [a_file(text, name)], **more})
        assert answer.status_code == 302, answer.content.decode()
        return Upload.objects.latest("id")

    return bring


@pytest.fixture
def tried(brought: Callable[..., Upload], browser: Any, done: Done) -> Upload:
    upload = brought()
    with done():
        browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "try"})
    upload.refresh_from_db()
    assert upload.state == Upload.State.TRIED, upload.error
    return upload


@pytest.fixture
def loaded(tried: Upload, browser: Any, done: Done) -> Upload:
    with done():
        browser.post(f"/importaciones/subidas/{tried.pk}/cargar")
    tried.refresh_from_db()
    assert tried.state == Upload.State.LOADED, tried.error
    return tried


def body(answer: HttpResponse) -> str:
    return answer.content.decode()


class TestWhatMayBeUploaded:
    @pytest.mark.parametrize(
        ("files", "code"),
        [
            ([], "none"),
            ([Offered("a.csv", 1)] * 21, "too_many"),
            ([Offered("a.csv", 2**29), Offered("b.csv", 2**29 + 1)], "too_large"),
            ([Offered("a.csv", 0)], "empty"),
            ([Offered("a.exe", 9)], "kind"),
        ],
    )
    def test_is_said_before_anything_is_kept(self, files: list[Offered], code: str):
        with pytest.raises(Flaw) as flaw:
            checked(files)
        assert flaw.value.code == code

    def test_a_gigabyte_of_several_kinds_is_taken(self):
        checked([Offered("A.CSV", 2**29), Offered("b.parquet", 2**28), Offered("c.xlsx", 2**28)])

    def test_names_are_made_safe_and_told_apart(self):
        names = plain_names(["../../etc/pass.csv", "C:\\x\\pass.csv", ".hidden.csv", "a*[b]?.csv", "x" * 300 + ".csv"])
        assert names[:4] == ["pass.csv", "pass-2.csv", "hidden.csv", "ab.csv"]
        assert len(names[4]) == 120


@pytest.mark.row("V15")
@pytest.mark.django_db
class TestBringingFiles:
    def test_keeps_them_as_they_came_and_recognises_them(self, brought: Any, browser: Any):
        upload = brought()
        assert storage.paths(upload)[0].read_bytes() == MESSY.encode("cp1252")
        assert upload.state == Upload.State.RECOGNISED
        page = body(browser.get(f"/importaciones/subidas/{upload.pk}"))
        assert "APELLIDOS Y NOMBRES" in page
        assert 'value="surnames_first" selected' in page

    def test_separated_by_tabs_are_said_to_be_in_the_readers_words(self, brought: Any, browser: Any):
        text = "SOCIO\tNOMBRE\tCEL\nS1\tRosa Muñoz\t0991234567\nS2\tLuis Paz\t0991234568\n"
        page = body(browser.get(f"/importaciones/subidas/{brought(text, 'socios.txt').pk}"))
        assert "separado por tabulaciones" in page
        assert "columnas son de clientes" in page

    def test_none_says_so_and_stays(self, browser: Any):
        answer = browser.post("/importaciones/nueva", {})
        assert answer.status_code == 422
        assert "Elige al menos un archivo" in body(answer)

    def test_of_another_kind_say_which_are_read(self, browser: Any):
        answer = browser.post("/importaciones/nueva", {"files": [a_file("MZ", "virus.exe")]})
        assert answer.status_code == 422
        assert ".parquet" in body(answer)
        assert not Upload.objects.exists()

    def test_too_large_by_its_length_is_refused_before_it_is_read(self, browser: Any):
        answer = browser.post("/importaciones/nueva", {"files": [a_file()]}, CONTENT_LENGTH=str(2**31))
        assert answer.status_code == 413
        assert "GB" in answer.json()["errors"][0]

    def test_a_full_disk_is_said(self, browser: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(storage, "has_room", lambda size: size > 10**6)
        assert browser.post("/importaciones/nueva", {"files": [a_file()]}).status_code == 413

    def test_the_script_hears_where_to_go_or_what_is_wrong(self, browser: Any):
        script = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
        good = browser.post("/importaciones/nueva", {"files": [a_file()]}, **script)
        assert good.status_code == 201
        assert good["Location"] == f"/importaciones/subidas/{Upload.objects.get().pk}"
        bad = browser.post("/importaciones/nueva", {}, **script)
        assert (bad.status_code, len(bad.json()["errors"])) == (422, 1)

    def test_needs_the_forms_token(self, ada: Actor, sign_in: Any):
        browser = sign_in(ada)
        browser.handler.enforce_csrf_checks = True
        assert browser.post("/importaciones/nueva", {"files": [a_file()]}).status_code == 403

    def test_that_nobody_understands_can_be_said_by_hand_or_discarded(self, brought: Any, browser: Any, done: Done):
        upload = brought("a;b\n1;2\n3;4\n", "x.csv")
        page = body(browser.get(f"/importaciones/subidas/{upload.pk}"))
        assert "No hay nada que importar" in page
        with done():
            answer = browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "try"})
        assert answer.status_code == 422
        browser.post(f"/importaciones/subidas/{upload.pk}/descartar")
        assert not storage.is_there(upload)
        assert Upload.objects.get().state == Upload.State.DISCARDED


@pytest.mark.row("V15")
@pytest.mark.django_db
class TestMatching:
    def test_a_column_that_somebody_says_counts(self, brought: Any, browser: Any):
        upload = brought()
        said = {"column-0-4": ""}
        browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "keep", **said})
        upload.refresh_from_db()
        assert upload.proposal["files"][0]["columns"][4]["target"] is None
        assert upload.state == Upload.State.RECOGNISED

    def test_a_code_that_somebody_says_counts(self, brought: Any, browser: Any):
        upload = brought()
        browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "keep", "code-0-3-0": "m"})
        upload.refresh_from_db()
        assert upload.proposal["files"][0]["columns"][3]["codes"][0][1] == "m"

    def test_another_kind_of_file_is_shown_before_it_is_tried(self, brought: Any, browser: Any):
        upload = brought()
        browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "try", "entity-0": "staff"})
        upload.refresh_from_db()
        assert upload.state == Upload.State.RECOGNISED
        assert upload.proposal["files"][0]["entity"] == "staff"

    def test_without_a_name_says_what_is_missing_and_keeps_what_was_said(self, brought: Any, browser: Any):
        upload = brought()
        answer = browser.post(f"/importaciones/subidas/{upload.pk}/columnas", {"do": "try", "column-0-1": ""})
        assert answer.status_code == 422
        assert "clientes.csv" in body(answer)
        assert 'value="surnames_first" selected' not in body(answer)


@pytest.mark.row("V15")
@pytest.mark.django_db
class TestTrying:
    def test_counts_and_shows_a_few_of_each_refusal_and_writes_nothing(self, tried: Upload, browser: Any):
        assert not Client.objects.exists()
        page = body(browser.get(f"/importaciones/subidas/{tried.pk}"))
        assert "Cargar 12 filas" in page
        assert "<mark>31/02/1956</mark>" in page
        assert tried.trial["total_refused"] == 2

    def test_can_be_saved_as_a_recipe_whose_versions_stay(self, tried: Upload, browser: Any):
        address = f"/importaciones/subidas/{tried.pk}/receta"
        browser.post(address, {"name": " Clientes  del core "})
        browser.post(address, {"name": "Clientes del core"})
        Upload.objects.update(recipe_text=tried.recipe_text + "# otra\n")
        browser.post(address, {"name": "Clientes del core"})
        assert list(SavedRecipe.objects.values_list("name", "number")) == [
            ("Clientes del core", 1),
            ("Clientes del core", 2),
        ]
        assert browser.post(address, {"name": " "}).status_code == 422

    def test_next_time_the_saved_recipe_is_followed(self, tried: Upload, browser: Any, brought: Any):
        browser.post(f"/importaciones/subidas/{tried.pk}/receta", {"name": "Core"})
        recipe = SavedRecipe.objects.get()
        again = brought(recipe=recipe.pk)
        assert (again.state, again.recipe_id) == (Upload.State.TRIED, recipe.pk)
        assert again.trial["to_load"] == 12

    def test_a_recipe_that_does_not_fit_says_why(self, tried: Upload, browser: Any, brought: Any):
        browser.post(f"/importaciones/subidas/{tried.pk}/receta", {"name": "Core"})
        other = brought("x;y\n1;2\n", "otro.csv", recipe=SavedRecipe.objects.get().pk)
        assert other.state == Upload.State.RECOGNISED
        assert "clientes.csv" in other.error


@pytest.mark.row("V15", "Y9")
@pytest.mark.django_db
class TestLoading:
    def test_loads_what_is_right_and_keeps_what_is_not_with_its_cells(self, loaded: Upload):
        assert set(Client.objects.values_list("surname", flat=True)) == {"Cordero", "Quizhpe", "Zhunio"}
        assert loaded.run is not None
        assert loaded.run.state == Run.State.DONE
        row = SourceRow.objects.get(run=loaded.run, line=4)
        assert row.read["FEC. NAC."] == "31/02/1956"
        assert RefusedRow.objects.filter(run=loaded.run).count() == 2

    def test_the_page_follows_it_and_goes_on_to_what_was_loaded(self, loaded: Upload, browser: Any):
        address = f"/importaciones/subidas/{loaded.pk}"
        assert browser.get(address)["Location"] == f"/importaciones/{loaded.run_id}"
        assert browser.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == f"/importaciones/{loaded.run_id}"

    def test_can_be_stopped_between_chunks_and_gone_on_with(
        self, tried: Upload, browser: Any, done: Done, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(jobs, "tell_progress", lambda *told: True)
        with done():
            browser.post(f"/importaciones/subidas/{tried.pk}/cargar")
        tried.refresh_from_db()
        assert tried.state == Upload.State.STOPPED
        assert "Seguir cargando" in body(browser.get(f"/importaciones/subidas/{tried.pk}"))
        monkeypatch.undo()
        with done():
            browser.post(f"/importaciones/subidas/{tried.pk}/cargar")
        tried.refresh_from_db()
        assert tried.state == Upload.State.LOADED
        assert Client.objects.count() == 12
        assert Run.objects.filter(kind=Run.Kind.IMPORT).count() == 1

    def test_asking_to_stop_is_heard(self, tried: Upload, browser: Any):
        browser.post(f"/importaciones/subidas/{tried.pk}/cargar")
        browser.post(f"/importaciones/subidas/{tried.pk}/detener")
        tried.refresh_from_db()
        assert jobs.tell_progress(tried, "clients", 1, 2) is True
        assert browser.post(f"/importaciones/subidas/{tried.pk}/cargar").status_code == 409

    def test_a_job_that_is_done_twice_does_nothing_the_second_time(self, loaded: Upload):
        begun = Happening.objects.get(name="import.begin")
        jobs.load_upload(happening_id=begun.pk)
        assert Run.objects.filter(kind=Run.Kind.IMPORT).count() == 1

    def test_costs_few_queries_however_many_rows_were_refused(
        self, loaded: Upload, browser: Any, django_assert_max_num_queries: Any
    ):
        rows = [SourceRow(run=loaded.run, file="x.csv", line=at, cells=[["a", "1"]]) for at in range(40)]
        SourceRow.objects.bulk_create(rows)
        with django_assert_max_num_queries(24):
            browser.get(f"/importaciones/{loaded.run_id}")


@pytest.mark.row("V15")
@pytest.mark.django_db
class TestMending:
    def address(self, upload: Upload, line: int) -> str:
        row = SourceRow.objects.get(run=upload.run, line=line)
        return f"/importaciones/{upload.run_id}/filas/{row.pk}"

    def test_a_row_is_corrected_and_loaded_alone(self, loaded: Upload, browser: Any, done: Done):
        Client.objects.filter(surname="Cordero").update(name="Rosa, como la corregimos aquí")
        address = self.address(loaded, 4)
        page = body(browser.get(address))
        assert 'value="31/02/1956"' in page
        with done():
            browser.post(address, {"cell-0": "0912345675", "cell-1": "Tamariz Moscoso Inés", "cell-2": "28/02/1956"})
        assert Client.objects.get(surname="Tamariz").birth_date.isoformat() == "1956-02-28"  # type: ignore[union-attr]
        assert Client.objects.filter(name="Rosa, como la corregimos aquí").exists()
        row = SourceRow.objects.get(run=loaded.run, line=4)
        assert (row.state, row.by_name) == ("mended", "Ada Ruiz")
        page = body(browser.get(f"/importaciones/{loaded.run_id}"))
        assert "FEC. NAC. = 28/02/1956" in page

    def test_that_is_wrong_still_says_why_this_time(self, loaded: Upload, browser: Any, done: Done):
        address = self.address(loaded, 4)
        with done():
            browser.post(address, {"cell-0": "0912345675", "cell-1": "", "cell-2": "28/02/1956"})
        row = SourceRow.objects.get(run=loaded.run, line=4)
        assert row.state == "refused"
        assert "31/02/1956" not in set(RefusedRow.objects.filter(line=4).values_list("value", flat=True))
        assert 'value="28/02/1956"' in body(browser.get(address))

    def test_without_a_change_is_not_tried_again(self, loaded: Upload, browser: Any):
        row = SourceRow.objects.get(run=loaded.run, line=4)
        same = {f"cell-{at}": value for at, value in enumerate(row.read.values())}
        assert browser.post(self.address(loaded, 4), same).status_code == 422

    def test_the_corrected_file_is_loaded_alone(self, loaded: Upload, browser: Any, done: Done):
        sheet = browser.get(f"/importaciones/{loaded.run_id}/rechazadas.csv?file=clientes.csv")
        text = sheet.getvalue().decode("utf-8-sig")
        assert text.splitlines()[0].startswith("cartera_file,cartera_line,cartera_why,CEDULA")
        mended = text.replace("31/02/1956", "28/02/1956").replace(",", ";")
        with done():
            browser.post(f"/importaciones/{loaded.run_id}/corregidas", {"file": a_file(mended, "corregir.csv")})
        assert Client.objects.filter(surname="Tamariz").exists()
        assert SourceRow.objects.filter(run=loaded.run, state="refused").count() == 1

    def test_another_file_is_none_of_those(self, loaded: Upload, browser: Any):
        answer = browser.post(f"/importaciones/{loaded.run_id}/corregidas", {"file": a_file("a,b\n1,2\n")})
        assert answer.status_code == 422
        assert "cartera_line" in body(answer)

    def test_a_row_is_discarded_with_a_reason(self, loaded: Upload, browser: Any):
        browser.post(f"{self.address(loaded, 6)}/descartar", {"reason": "Es una prueba"})
        assert SourceRow.objects.get(run=loaded.run, line=6).why == "Es una prueba"
        found = browser.get(f"/importaciones/{loaded.run_id}?state=discarded").context["rows"]
        assert [line.row.line for line in found] == [6]

    def test_undone_with_its_load_the_row_is_to_be_mended_again(self, loaded: Upload, browser: Any, done: Done):
        with done():
            browser.post(
                self.address(loaded, 4),
                {"cell-0": "0912345675", "cell-1": "Tamariz Moscoso Inés", "cell-2": "28/02/1956"},
            )
        mending = SourceRow.objects.get(run=loaded.run, line=4).mended_in
        assert mending is not None
        with done():
            browser.post(f"/importaciones/{mending.pk}/deshacer")
        assert not Client.objects.filter(surname="Tamariz").exists()
        assert SourceRow.objects.get(run=loaded.run, line=4).state == "refused"


@pytest.mark.row("V15", "Y7")
@pytest.mark.django_db
class TestUndoing:
    def test_takes_the_load_back(self, loaded: Upload, browser: Any, done: Done):
        assert "Deshacer esta carga" in body(browser.get(f"/importaciones/{loaded.run_id}"))
        with done():
            browser.post(f"/importaciones/{loaded.run_id}/deshacer")
        assert not Client.objects.exists()
        page = body(browser.get(f"/importaciones/{loaded.run_id}"))
        assert "Ada Ruiz deshizo esta carga" in page
        assert "Deshacer esta carga" not in page

    def test_says_whom_it_would_hurt(self, loaded: Upload, browser: Any, ada: Actor, done: Done):
        client = Client.objects.get(surname="Quizhpe")
        due = datetime(2026, 6, 19, 15, tzinfo=UTC)
        promises.make(actor=ada, client=client, what="Llamar", due_at=due)
        with done():
            browser.post(f"/importaciones/{loaded.run_id}/deshacer")
        assert Client.objects.count() == 12
        page = body(browser.get(f"/importaciones/{loaded.run_id}"))
        assert "1 compromiso" in page
        assert client.name in page

    def test_of_what_was_undone_is_refused(self, loaded: Upload, browser: Any, done: Done):
        with done():
            browser.post(f"/importaciones/{loaded.run_id}/deshacer")
        assert browser.post(f"/importaciones/{loaded.run_id}/deshacer").status_code == 409


@pytest.mark.row("Y13")
@pytest.mark.django_db
def test_old_files_and_what_cannot_be_undone_are_forgotten(loaded: Upload):
    assert loaded.run is not None
    jobs.tidy(datetime.now(UTC) + timedelta(days=3))
    assert storage.is_there(loaded)
    jobs.tidy(datetime.now(UTC) + timedelta(days=31))
    assert not storage.is_there(loaded)
    assert not loaded.run.traces.exists()  # type: ignore[attr-defined]
    assert undo_told(loaded.run) == {}
