"""Do the jobs that pages do not wait for, until asked to stop: plans, imports, the night, what is sent out.

cartera worker

`cartera serve` brings one along. Run workers apart, as many as you like, beside `cartera serve --no-worker`: what one is
doing when it dies is done again by another.
"""

from __future__ import annotations

import argparse

from django.core.management import call_command

from cartera.config.installation import prepare


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: what a worker does is decided by the queue."""


def run(options: argparse.Namespace) -> int:
    prepare()
    call_command("qcluster")
    return 0
