"""The web server and the worker as two processes that start and stop together; a worker that dies is replaced."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from django.core.management import call_command
from django.utils.translation import gettext as _

from cartera.kernel.errors import CarteraError

PORT = 8000
PAUSE = 5.0

log = logging.getLogger(__name__)


class PortTaken(CarteraError):
    """Something else listens there, or this user may not."""

    status = 409
    code = "port-taken"


def serve(*, host: str = "127.0.0.1", port: int = PORT, processes: int = 1, worker: bool = True) -> int:
    """Serve until asked to stop (Ctrl C, or a termination signal). Returns the web server's exit status.

    Raises PortTaken when something else listens there.
    """
    check_port(host=host, port=port)
    call_command("collectstatic", verbosity=0, interactive=False)
    web = subprocess.Popen(web_server(host=host, port=port, processes=processes))
    helpers = [Worker()] if worker else []

    def stop(number: int, frame: FrameType | None) -> None:
        web.terminate()

    signal.signal(signal.SIGTERM, stop)
    try:
        return watch(web, helpers)
    except KeyboardInterrupt:
        return 0
    finally:
        end([web, *(helper.process for helper in helpers)])


def check_port(*, host: str = "127.0.0.1", port: int = PORT) -> None:
    """Raise PortTaken unless this program can listen there: the web server would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                _("Cannot listen on %(host)s:%(port)s (%(why)s): choose another with --port.")
                % {"host": host, "port": port, "why": error.strerror or error}
            ) from error


class Worker:
    """The process that does the jobs, started again when it dies: without it nothing is planned any more."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "django", "qcluster")) -> None:
        self.command = list(command)
        self._start()

    def keep_alive(self) -> None:
        """Start it again if it died, but no sooner than `PAUSE` seconds after its last start."""
        status = self.process.poll()
        if status is not None and time.monotonic() - self.started >= PAUSE:
            log.error("the worker stopped with status %s: starting another", status)
            self._start()

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, env=_environment())


def watch(web: subprocess.Popen[bytes], helpers: Sequence[Worker]) -> int:
    """Wait for the web server to end, and look after the workers meanwhile. Returns the server's exit status."""
    while True:
        try:
            return web.wait(timeout=1)
        except subprocess.TimeoutExpired:
            for helper in helpers:
                helper.keep_alive()


def end(processes: Sequence[subprocess.Popen[bytes]], patience: float = 30) -> None:
    """Ask processes to end, and kill those that do not within so many seconds: a job that is cut short is done again."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def web_server(*, host: str, port: int, processes: int) -> list[str]:
    """The command that starts the web server alone."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", "4", "--log-level", "warning", "--no-ws"),
        "cartera.config.wsgi:application",
    ]


def _environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "cartera.config.settings", **os.environ}
