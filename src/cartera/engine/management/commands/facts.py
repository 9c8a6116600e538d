"""`cartera manage facts`: the registry of client facts as a page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cartera.engine import registry


class Command(BaseCommand):
    help = "Print the client facts that the engine computes, as Markdown: cartera manage facts > docs/facts.md"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(registry.page(), ending="")
