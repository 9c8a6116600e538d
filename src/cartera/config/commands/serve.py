"""Serve the screens, the API and one worker for what pages do not wait for. Stops with Ctrl C.

cartera serve --port 8000
"""

from __future__ import annotations

import argparse

from cartera.config.installation import prepare
from cartera.config.serving import PORT, serve
from cartera.kernel.arguments import a_port


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=a_port, default=PORT, help=f"where to listen (default: {PORT})")
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless you say otherwise")
    parser.add_argument("--processes", type=int, default=1, help="web processes (default: 1)")
    parser.add_argument("--no-worker", action="store_true", help="when workers run elsewhere")


def run(options: argparse.Namespace) -> int:
    prepare()
    return serve(host=options.host, port=options.port, processes=options.processes, worker=not options.no_worker)
