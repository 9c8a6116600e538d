"""Screens of this room are opened by somebody at a browser."""

from tests.desk.conftest import sign_in

__all__ = ["sign_in"]
