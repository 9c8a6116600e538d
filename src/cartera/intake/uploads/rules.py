"""What may happen to an upload, and what may be uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath

from cartera.intake.models import Upload

MOST_BYTES = 1024**3
"""How large the files of one upload may be together."""

MOST_FILES = 20
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".vcf")
KEPT = timedelta(days=30)
"""How long the files are kept, so that refused rows can be mended."""

State = Upload.State
TRANSITIONS: Mapping[str, frozenset[str]] = {
    State.RECEIVED: frozenset({State.RECOGNISED, State.TRYING, State.DISCARDED}),
    State.RECOGNISED: frozenset({State.RECOGNISED, State.TRYING, State.DISCARDED}),
    State.TRYING: frozenset({State.TRIED, State.RECOGNISED, State.DISCARDED}),
    State.TRIED: frozenset({State.RECOGNISED, State.TRYING, State.LOADING, State.DISCARDED}),
    State.LOADING: frozenset({State.LOADED, State.STOPPED}),
    State.STOPPED: frozenset({State.LOADING, State.LOADED, State.DISCARDED}),
    State.LOADED: frozenset(),
    State.DISCARDED: frozenset(),
}
AT_WORK = frozenset({State.RECEIVED, State.TRYING, State.LOADING})
"""Where a worker has the upload, and the page only follows it."""

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as it is offered: its name and its size in bytes."""

    name: str
    size: int


class Flaw(ValueError):
    """Why files are not taken: `code` is one of `none`, `too_many`, `too_large`, `empty`, `kind`; `name` the file it is about."""

    def __init__(self, code: str, name: str = "") -> None:
        self.code, self.name = code, name
        super().__init__(f"{code} {name}")


def checked(files: Sequence[Offered]) -> None:
    """Raise Flaw when these files cannot be taken."""
    if not files:
        raise Flaw("none")
    if len(files) > MOST_FILES:
        raise Flaw("too_many")
    if sum(file.size for file in files) > MOST_BYTES:
        raise Flaw("too_large")
    for file in files:
        if not file.name.lower().endswith(SUFFIXES):
            raise Flaw("kind", file.name)
        if file.size == 0:
            raise Flaw("empty", file.name)


def plain_names(names: Sequence[str]) -> list[str]:
    """Names that are safe in a folder, none twice: without folders, control characters, or a dot in front."""
    taken: list[str] = []
    for name in names:
        bare = PurePosixPath(PureWindowsPath(name).name).name
        bare = "".join(one for one in bare if one.isprintable() and one not in '/\\:*?"<>|[]').lstrip(". ") or "archivo"
        path = PurePosixPath(bare)
        stem, suffix, number = path.stem[: _LONGEST_NAME - len(path.suffix)], path.suffix, 2
        chosen = f"{stem}{suffix}"
        while chosen.lower() in {one.lower() for one in taken}:
            chosen, number = f"{stem}-{number}{suffix}", number + 1
        taken.append(chosen)
    return taken


def may_become(upload: Upload, state: str) -> bool:
    return state in TRANSITIONS[upload.state]
