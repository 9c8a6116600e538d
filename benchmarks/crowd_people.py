"""An adviser at work, as Locust plays one: what is done at a desk, with the time to read and to think between.

A locustfile of `benchmarks.crowd`, which says in CROWD who there is, the password and how many clients each has.
"""

from __future__ import annotations

import json
import os
import random
import re
from itertools import cycle
from typing import Any
from uuid import uuid4

from locust import FastHttpUser, between, task

CROWD = json.loads(os.environ["CROWD"])
PEOPLE = cycle(CROWD["people"])
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Adviser(FastHttpUser):  # type: ignore[misc]
    """Reads for two to eight seconds what a page says. Who signs in sees Mi día first."""

    wait_time = between(2, 8)
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        self.me = next(PEOPLE)
        self.chance = random.Random(self.me["user"])
        token = self._token(self.client.get("/ingreso", name="sign-in page").text)
        typed = {"username": self.me["user"], "password": CROWD["password"], "csrfmiddlewaretoken": token}
        with self.client.post(
            "/ingreso", typed, headers=self._from_here(), name="sign in", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 302:
                answer.failure(f"not let in: {answer.status_code}")
        self.my_day()

    @task(3)
    def my_day(self) -> None:
        self.client.get("/mi-dia", name="Mi día")

    @task(5)
    def client_page(self) -> None:
        self.client.get(f"/clientes/{self._somebody()}", name="Cliente 360")

    @task(2)
    def register(self) -> None:
        """The form, and five to ten seconds later the contact."""
        whom = self._somebody()
        token = self._token(self.client.get(f"/registrar?client={whom}", name="register: the form").text)
        self.wait()
        answers = {"channel": "phone", "direction": "out", "outcome": "talked", "purpose": "touch", "minutes": "8"}
        typed = {"token": str(uuid4()), "client": str(whom), **answers, "said": "", "then": "nothing", "owed_by": "us"}
        with self.client.post(
            "/registrar",
            {**typed, "csrfmiddlewaretoken": token},
            headers=self._from_here(),
            name="register a contact",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code != 302:
                answer.failure(f"not registered: {answer.status_code}")

    @task(3)
    def search(self) -> None:
        name = self.chance.choice(self.me["names"])
        self.client.get("/buscar", params={"q": name[:5]}, name="search")

    @task(2)
    def list_of_clients(self) -> None:
        self.client.get("/clientes", name="client list")

    def _somebody(self) -> int:
        return int(self.chance.choice(self.me["clients"]))

    def _token(self, page: str | None) -> str:
        found = TOKEN.search(page or "")
        return found[1] if found else ""

    def _from_here(self) -> dict[str, Any]:
        return {"Referer": self.host}
