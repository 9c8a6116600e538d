"""Somebody at a browser: `sign_in(actor)` gives a test client."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from cartera.kernel.actor import Actor
from cartera.team.models import Staff


@pytest.fixture
def sign_in() -> Callable[[Actor], Browser]:
    def signed_in(actor: Actor) -> Browser:
        browser = Browser()
        sign_in = Staff.objects.select_related("sign_in").get(pk=actor.id).sign_in
        assert sign_in is not None
        browser.force_login(sign_in)
        return browser

    return signed_in
