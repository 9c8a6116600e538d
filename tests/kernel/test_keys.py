"""The keyring: sealed content outlives threads, and dies with its key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cartera.kernel import keys


@pytest.fixture(autouse=True)
def ring(settings, tmp_path: Path) -> Path:
    settings.CARTERA_KEYS = tmp_path
    return tmp_path


def test_many_threads_seal_for_the_same_new_clients_at_once():
    threads, clients = 8, 10
    together = Barrier(threads)

    def seal_all(thread: int) -> list[bytes]:
        together.wait()
        return [keys.seal(client, f"{thread}".encode()) for client in range(clients)]

    with ThreadPoolExecutor(threads) as pool:
        sealed = list(pool.map(seal_all, range(threads)))
    for thread, contents in enumerate(sealed):
        assert [keys.unseal(client, content) for client, content in enumerate(contents)] == [
            f"{thread}".encode()
        ] * clients


def test_each_thread_has_a_connection_of_its_own():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(keys._ring).result() is not keys._ring()
    assert keys._ring() is keys._ring()


def test_a_destroyed_key_is_in_no_file_any_more(ring: Path):
    sealed = keys.seal(7, b"said")
    key = keys._key(7)
    keys.destroy(7)
    assert keys.unseal(7, sealed) is None
    assert [file.name for file in ring.iterdir() if key in file.read_bytes()] == []


def test_nothing_is_kept_about_an_erased_client_who_never_had_a_key():
    keys.destroy(8)
    with pytest.raises(ValueError, match="destroyed"):
        keys.seal(8, b"said")
