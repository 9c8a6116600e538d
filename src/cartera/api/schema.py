"""The schema of what the door adds to every operation, so that no room has to declare it."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from cartera.api.problems import MEDIA_TYPE
from cartera.api.rules import SAFE

PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_text: dict[str, Any] = {"type": "string"}


def _header(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"in": "header", "name": name, "schema": {**_text, **more}, "required": False, "description": text}


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "A name of this request that is yours alone, as a UUID. Sent again within 24 hours it is answered as before.",
    maxLength=255,
)
IF_MATCH = _header("If-Match", "The `ETag` of what is changed: refused with 412 when somebody changed it since.")
IF_NONE_MATCH = _header("If-None-Match", "The `ETag` that you have: answered with 304 when nothing changed.")

ETAG = {"ETag": {"description": "The version of what is answered, with a print of the content.", "schema": _text}}
STANDING = {
    "RateLimit": {"description": "Requests left in this window, and seconds to its end.", "schema": _text},
    "RateLimit-Policy": {"description": "Requests in a window, and its seconds.", "schema": _text},
}
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}

TOO_MANY = {"description": "Too many requests: wait", "headers": {**STANDING, **RETRY}, **PROBLEM}
UNCHANGED = {"description": "You have it already: nothing changed", "headers": ETAG}
UNREADABLE = {"description": "It cannot be read", **PROBLEM}
IN_USE = {"description": "Its state, or another request, does not allow it now", **PROBLEM}
STALE = {"description": "Somebody changed it since; the problem shows both versions", **PROBLEM}
NO_VERSION = {"description": "This installation asks for If-Match on every change", **PROBLEM}
TOO_LARGE = {"description": "The request is too large", **PROBLEM}


class Schema(OpenAPISchema):
    """As Ninja tells it, but two shapes of one name are an error: the second would silently stand for both."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        for name, shape in definitions.items():
            if self.schemas.get(name, shape) != shape:
                raise ValueError(f"Two shapes of the API are called {name}: rename one.")
        super().add_schema_definitions(definitions)


def with_the_door(schema: OpenAPISchema) -> OpenAPISchema:
    """Every operation with the headers that it takes and gives, and the refusals that are not its own."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method.upper(), names_one="{" in path)
    return schema


def _complete(operation: dict[str, Any], method: str, *, names_one: bool) -> None:
    answers = operation["responses"]
    for status, response in answers.items():
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
        else:
            response["headers"] = {**response.get("headers", {}), **ETAG, **STANDING}
    answers["429"] = TOO_MANY
    taken = [IF_NONE_MATCH] if method in SAFE else [IDEMPOTENCY_KEY, *([IF_MATCH] if names_one else [])]
    operation["parameters"] = [*operation.get("parameters", ()), *taken]
    if method in SAFE:
        answers["304"] = UNCHANGED
        return
    answers.update({"400": UNREADABLE, "413": TOO_LARGE})
    answers.setdefault("409", IN_USE)
    if names_one:
        answers.update({"412": STALE, "428": NO_VERSION})
