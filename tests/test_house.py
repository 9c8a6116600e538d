"""The house keeps its own rules: floors, doors, writers, and what the web process loads."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "cartera"
FLOORS = [
    {"kernel"},
    {"clock", "engine"},
    {"team", "products"},
    {"clients"},
    {"interactions"},
    {"promises"},
    {"value"},
    {"service"},
    {"events"},
    {"agenda"},
    {"results"},
    {"intake"},
    {"desk", "api"},
]
DOORS = {"views", "forms", "urls", "api", "command", "templatetags"}
DOOR_ROOMS = {"desk", "api", "config"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
WRITERS = ("actions", "kernel", "migrations")


def floor_of(app_label: str) -> int | None:
    return next((number for number, rooms in enumerate(FLOORS) if app_label in rooms), None)


def test_a_planted_violation_breaks_the_contract(tmp_path: Path):
    """The contract bites: a ground floor that imports the agenda is refused, and the house as it is, is not."""
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "cartera", ignore=shutil.ignore_patterns("static", "locale", "__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def verdict() -> int:
        command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
        environment = {"PYTHONPATH": str(tmp_path / "src"), "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            [*command, "--no-cache"], cwd=tmp_path, env=environment, capture_output=True, timeout=200
        ).returncode

    assert verdict() == 0
    with (tmp_path / "src" / "cartera" / "kernel" / "money.py").open("a") as money:
        money.write("\nfrom cartera.agenda import rules\n")
    assert verdict() == 1


def test_no_room_imports_a_door():
    graph = grimp.build_graph("cartera", cache_dir=None)
    offenders = [
        f"{importer} imports {door}"
        for door in graph.modules
        if is_door(door)
        for importer in graph.find_modules_that_directly_import(door)
        if not is_door(importer)
    ]
    assert offenders == []


def is_door(module: str) -> bool:
    parts = module.split(".")[1:]
    return bool(parts) and (parts[0] in DOOR_ROOMS or bool(DOORS & set(parts)))


def test_no_table_points_to_a_higher_floor():
    for model in apps.get_models():
        here = floor_of(model._meta.app_label)
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.OneToOneField) and here is not None:
                there = floor_of(field.related_model._meta.app_label)  # type: ignore[union-attr]
                assert there is None or there <= here, f"{model._meta.label}.{field.name} points up"


def test_only_actions_write():
    """Records refuse it at run time (see the kernel's tests); this finds it before."""
    offenders = []
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).parts
        if any(part.startswith(WRITERS) for part in parts):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_a_write(node.func):
                offenders.append(f"{'/'.join(parts)}:{node.lineno} {ast.unparse(node.func)}")
    assert offenders == []


def is_a_write(function: ast.Attribute) -> bool:
    """A call that writes rows: by its name, or `update` and `delete` on a manager's rows."""
    on_rows = ".objects" in (source := ast.unparse(function.value)) or "_manager" in source
    return function.attr in WRITES or (function.attr in ("update", "delete") and on_rows)


def test_the_web_process_loads_neither_engine_nor_solver():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from cartera.config.wsgi import application; from django.urls import get_resolver;"
            "get_resolver().url_patterns; [len(p.url_patterns) for p in get_resolver().url_patterns if hasattr(p, 'url_patterns')];"
            "print(*sorted({m.split('.')[0] for m in sys.modules}"
            " & {'duckdb', 'ibis', 'polars', 'pandas', 'numpy', 'ortools', 'pyarrow', 'highspy'}))",
        ],
        env={
            "PYTHONPATH": str(ROOT / "src"),
            "CARTERA_HOME": "/tmp/cartera-none",
            "CARTERA_SECRET_KEY": "x",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == ""


@pytest.mark.parametrize("room", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_each_room_says_what_it_is_for(room: str):
    told = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text()))
    assert told, f"{room}/__init__.py says what the room is for"
    assert len(told.splitlines()) <= 8
