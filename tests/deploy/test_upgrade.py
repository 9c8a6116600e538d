"""An upgrade, as deploy/upgrade.sh makes it, while somebody registers contacts all the time: no request is lost.

nginx stands in front of two web processes, with the files that we ship but for paths and ports. Each web process is
restarted in turn, and the worker. Skipped, saying so, where there is no nginx.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HANDS = 3
pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        not (NGINX and shutil.which("openssl") and shutil.which("curl")), reason="needs nginx, openssl, curl"
    ),
]


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class Place:
    """An installation in a folder, behind nginx."""

    folder: Path
    environment: dict[str, str]
    https: int
    web: tuple[int, int]
    token: str = ""
    client: int = 0

    def cartera(self, *words: str) -> str:
        command = [sys.executable, "-m", "cartera.config.command", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def restart(self, unit: str) -> None:
        done = subprocess.run([str(self.folder / "restart"), unit], env=self.environment, timeout=300)
        assert done.returncode == 0

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """One request over a connection of its own, as through a browser's first one."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.https, timeout=60, context=ssl._create_unverified_context()
        )
        headers = {
            "Host": "cartera.example.com",
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        told = answer.status, answer.read()
        connection.close()
        return told


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    https, http_port, *web = free_ports(4)
    environment = {
        **os.environ,
        "CARTERA_HOME": str(tmp_path / "home"),
        "CARTERA_KEYS": str(tmp_path / "keys"),
        "CARTERA_HOSTS": "cartera.example.com,127.0.0.1",
        "CARTERA_ORIGINS": "https://cartera.example.com",
        "CARTERA_TRUSTED_PROXIES": "127.0.0.1",
        "CARTERA_JOBS": "queue",
        "CARTERA_GUEST_QUOTA": "0",
        "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    with own_database(environment) as environment:
        place = Place(tmp_path, environment, https, (web[0], web[1]))
        place.cartera("demo", "--no-serve", "--clients", "40")
        place.token = place.cartera("token", "lucia").strip().splitlines()[-1]
        write_units(place)
        write_nginx(place, http_port)
        nginx = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"])  # type: ignore[list-item]
        try:
            for unit in (*map(str, web), "worker"):
                place.restart(unit)
            for port in web:
                wait_for(port)
            place.client = json.loads(place.ask("GET", "/api/v1/clients?limit=1")[1])["items"][0]["id"]
            yield place
        finally:
            nginx.terminate()
            nginx.wait(timeout=30)
            for file in tmp_path.glob("*.pid"):
                end(int(file.read_text()))


class own_database:
    """The environment, with a PostgreSQL database of its own where the tests run on one."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.url = environment, environment.get("DATABASE_URL", "")
        self.name = f"cartera_upgrade_{os.getpid()}"

    def _on_the_server(self, *statements: str) -> None:
        server = urlsplit(self.url)._replace(path="/postgres").geturl()
        with psycopg.connect(server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def __enter__(self) -> dict[str, str]:
        if not self.url:
            return self.environment
        self._on_the_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')
        return {**self.environment, "DATABASE_URL": urlsplit(self.url)._replace(path=f"/{self.name}").geturl()}

    def __exit__(self, *_: object) -> None:
        if self.url:
            self._on_the_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')


def write_units(place: Place) -> None:
    """`restart UNIT`, in the place of systemctl: asks the process to end, waits for it, and starts another."""
    program = place.folder / "bin" / "cartera"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m cartera.config.command "$@"\n')
    script = place.folder / "restart"
    script.write_text(f"""#!/bin/bash
cd {place.folder}
if [ -f "$1.pid" ]; then
  kill -TERM "$(cat "$1.pid")" 2>/dev/null
  while kill -0 "$(cat "$1.pid")" 2>/dev/null; do sleep 0.1; done
fi
case "$1" in worker*) words=worker;; *) words="serve --no-worker --port $1";; esac
setsid {program} $words > "$1.log" 2>&1 < /dev/null &
echo $! > "$1.pid"
""")
    for file in (program, script):
        file.chmod(0o755)


def write_nginx(place: Place, http_port: int) -> None:
    folder = place.folder
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=cartera.example.com",
                "-days",
                "2",
            ),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
    shipped = (ROOT / "deploy/nginx/cartera.conf").read_text()
    for was, becomes in {
        "/etc/nginx/cartera-upstream.conf": str(folder / "upstream.conf"),
        "/etc/ssl/cartera": str(folder),
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{http_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{place.https} ssl http2;",
    }.items():
        assert was in shipped
        shipped = shipped.replace(was, becomes)
    folder.joinpath("upstream.conf").write_text(
        "".join(f"server 127.0.0.1:{port} max_fails=0;\n" for port in place.web)
    )
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in paths)
    folder.joinpath("nginx.conf").write_text(
        f"pid {folder}/nginx.ctl;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{shipped}}}\n"
    )


def wait_for(port: int) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ingreso", timeout=5)
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"nothing answers on port {port}")


def end(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    for _ in range(100):
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(pid, signal.SIGKILL)


@dataclass
class Hands:
    """People who register contacts one after the other until told to stop; `made` are keys of those that were answered."""

    place: Place
    made: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def work(self, hand: int) -> None:
        turn = 0
        while not self.stop.is_set():
            turn += 1
            key = f"upgrade-{hand}-{turn}"
            contact = {"client": self.place.client, "channel": "phone", "said": key, "key": key}
            try:
                status, body = self.place.ask("POST", "/api/v1/interactions", contact)
            except OSError as error:
                self.failed.append(f"{key}: {error!r}")
                continue
            if status == 201:
                self.made.append(key)
            else:
                self.failed.append(f"{key}: {status} {body[:200]!r}")


@pytest.mark.row("Y8")
def test_an_upgrade_loses_no_request(place: Place):
    hands = Hands(place)
    threads = [threading.Thread(target=hands.work, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    upgrade = subprocess.run(
        [str(ROOT / "deploy/upgrade.sh"), str(place.folder)],
        env={
            **place.environment,
            "CARTERA_PORTS": " ".join(map(str, place.web)),
            "CARTERA_WORKER_UNITS": "worker",
            "CARTERA_UPSTREAM": str(place.folder / "upstream.conf"),
            "CARTERA_CURRENT": str(place.folder / "current"),
            "CARTERA_ENV": os.devnull,
            "CARTERA_RELOAD": f"{NGINX} -c {place.folder / 'nginx.conf'} -s reload",
            "CARTERA_RESTART_WEB": f"{place.folder / 'restart'} ",
            "CARTERA_RESTART_WORKER": f"{place.folder / 'restart'} ",
            "CARTERA_AS_ROOT": "1",
        },
        capture_output=True,
        text=True,
        timeout=900,
    )
    time.sleep(1)
    hands.stop.set()
    for thread in threads:
        thread.join(timeout=90)
    assert upgrade.returncode in (0, 4), upgrade.stdout + upgrade.stderr
    assert hands.failed == []
    assert len(hands.made) > 20
    listed = ledger(place)
    assert set(hands.made) <= listed.keys()
    assert set(listed.values()) == {1}


def ledger(place: Place) -> dict[str, int]:
    """How often each thing that was said stands in the ledger, over all pages."""
    said: dict[str, int] = {}
    path = f"/api/v1/interactions?client={place.client}&limit=100"
    while path:
        status, body = place.ask("GET", path)
        assert status == 200
        page = json.loads(body)
        for contact in page["items"]:
            if contact["said"].startswith("upgrade-"):
                said[contact["said"]] = said.get(contact["said"], 0) + 1
        path = f"/api/v1/interactions?client={place.client}&limit=100&cursor={page['next']}" if page["next"] else ""
    return said
