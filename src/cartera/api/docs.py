"""The API's documentation for people: one page made from the schema, without a script, under the strictest policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body: `kind` is its type in words."""

    name: str
    kind: str
    required: bool
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one address."""

    id: str
    method: str
    path: str
    title: str
    text: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object of the schema."""

    name: str
    text: str
    fields: tuple[Field, ...]


class Docs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **options: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        page = {
            "api": api,
            "groups": groups(schema),
            "shapes": shapes(schema),
            "schema_url": self.get_openapi_url(api, {}),
        }
        return render(request, "api/docs.html", page)


def groups(schema: Schema) -> list[Group]:
    """What can be asked, by room."""
    doors: dict[str, list[Door]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            doors.setdefault(told["tags"][0], []).append(_door(path, method, told, schema))
    return [Group(name, tuple(found)) for name, found in doors.items()]


def shapes(schema: Schema) -> list[Shape]:
    """What is sent and answered: the objects, not the lists of words."""
    named = schema["components"]["schemas"]
    return [
        Shape(name, told.get("description", ""), tuple(_fields(told)))
        for name, told in sorted(named.items())
        if "properties" in told
    ]


def _door(path: str, method: str, told: Schema, schema: Schema) -> Door:
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Door(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        title=told["summary"],
        text=told.get("description", ""),
        parameters=tuple(
            Field(
                name=one["name"],
                kind=_kind(one["schema"]),
                required=one["required"],
                default=_default(one["schema"]),
                text=one.get("description", one["schema"].get("description", "")),
            )
            for one in told.get("parameters", ())
        ),
        body=tuple(_fields(_resolved(content, schema))),
        answers=tuple(
            Answer(str(status), response.get("description", ""), _answered(response))
            for status, response in sorted(told["responses"].items(), key=lambda one: int(one[0]))
        ),
    )


def _answered(response: Schema) -> str:
    contents = list(response.get("content", {}).values())
    return _kind(contents[0]["schema"]) if contents else ""


def _resolved(told: Schema, schema: Schema) -> Schema:
    """The object itself, where a reference or "this or nothing" stands."""
    for choice in told.get("anyOf", ()):
        if "$ref" in choice:
            told = choice
    if "$ref" not in told:
        return told
    found: Schema = schema["components"]["schemas"][_name(told)]
    return found


def _fields(told: Schema) -> Iterator[Field]:
    required = told.get("required", ())
    for name, one in told.get("properties", {}).items():
        yield Field(name, _kind(one), name in required, _default(one), one.get("description", ""))


def _kind(told: Schema) -> str:
    if "$ref" in told:
        return _name(told)
    for choices in ("anyOf", "oneOf", "allOf"):
        if choices in told:
            return " or ".join(dict.fromkeys(_kind(one) for one in told[choices]))
    if "enum" in told or "const" in told:
        return " | ".join(f'"{one}"' for one in told.get("enum", (told.get("const"),)))
    if told.get("type") == "array":
        return f"list of {_kind(told.get('items', {}))}"
    return str(told.get("format") or told.get("type") or "anything")


def _name(told: Schema) -> str:
    return str(told["$ref"]).rpartition("/")[2]


def _default(told: Schema) -> str:
    default = told.get("default")
    return "" if default in (None, "", [], {}) else str(default)
