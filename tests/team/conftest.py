"""Somebody at a browser, as the desk's tests have it."""

from tests.desk.conftest import sign_in

__all__ = ["sign_in"]
