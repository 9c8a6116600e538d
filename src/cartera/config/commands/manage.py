"""Run a command of the framework, for developers: cartera manage makemessages -l es"""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="the framework's command and its options")


def run(options: argparse.Namespace) -> int:
    execute_from_command_line(["cartera manage", *options.words])
    return 0
