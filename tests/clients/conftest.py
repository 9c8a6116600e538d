"""Somebody at a browser in this room: `sign_in(actor)` gives a test client."""

from tests.desk.conftest import sign_in

__all__ = ["sign_in"]
