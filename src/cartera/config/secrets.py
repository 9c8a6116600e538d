"""The secret that signs cookies: from the environment, or made once and kept with the keys."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """`CARTERA_SECRET_KEY`, else the content of `secret.key`, which is made with owner-only rights on first use."""
    if given := os.environ.get("CARTERA_SECRET_KEY"):
        return given
    file = folder / "secret.key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".secret.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file_of_ours:
            file_of_ours.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, file)
        except FileExistsError:
            return file.read_text()
        finally:
            draft.unlink()
    return file.read_text()
