"""The schema that other programs are generated from: committed, so that a change of it is seen and meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tools.openapi import FILE, schema


@pytest.mark.row("Y6")
def test_the_committed_schema_is_the_one_that_is_served():
    assert FILE.read_text(encoding="utf-8") == schema(), (
        "docs/openapi.json is out of date: run `python tools/openapi.py`"
    )


@pytest.mark.row("Y6")
class TestSchema:
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))

    def test_has_the_addresses_of_the_contract(self):
        doors = {(method, path) for path, methods in self.told["paths"].items() for method in methods}
        assert doors >= {
            ("get", "/api/v1/clients"),
            ("get", "/api/v1/clients/{client_id}"),
            ("post", "/api/v1/clients"),
            ("post", "/api/v1/interactions"),
            ("get", "/api/v1/promises"),
            ("post", "/api/v1/promises"),
            ("post", "/api/v1/promises/{promise_id}/keep"),
            ("post", "/api/v1/promises/{promise_id}/renegotiate"),
            ("post", "/api/v1/promises/{promise_id}/withdraw"),
            ("get", "/api/v1/agenda"),
        }

    def test_says_of_every_door_what_it_is_for_how_it_refuses_and_that_it_asks_for_a_token(self):
        names = set()
        for methods in self.told["paths"].values():
            for door in methods.values():
                names.add(door["operationId"])
                assert door["summary"]
                assert door["security"] == [{"BearerToken": []}]
                for status in ("401", "403", "404", "422"):
                    assert "application/problem+json" in door["responses"][status]["content"]
        assert len(names) == sum(map(len, self.told["paths"].values()))
