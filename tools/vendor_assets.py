"""Refresh or check the third-party files that Cartera serves itself, as `LOCK.toml` beside them lists them.

    python tools/vendor_assets.py            fetch each package with npm, copy its files, write their hashes
    python tools/vendor_assets.py --check    compare the files that are here with the lock, without a network

To move to another version or add an icon, edit the lock and run the first line.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "src/cartera/desk/static/cartera/vendor/LOCK.toml"
SVG = "{http://www.w3.org/2000/svg}"
HEADING = (
    "# Third-party files kept in this repository. `tools/vendor_assets.py` refreshes and checks them.\n"
    "# `source` is a path inside the npm package, `target` one inside this repository.\n"
)


@dataclass(frozen=True, slots=True)
class Copied:
    """One file taken over: where from in the package, where to in the repository, and its SHA-256."""

    source: str
    target: str
    sha256: str = ""

    def hash_here(self) -> str:
        path = ROOT / self.target
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package. With `icons`, `source` is a folder of drawings and `target` the sprite made of them."""

    name: str
    version: str
    licence: str
    files: tuple[Copied, ...]
    icons: tuple[str, ...] = ()

    def refreshed(self) -> Package:
        """Fetch the package, write its files, and return what the lock should say of it."""
        archive = fetch(self.name, self.version)
        copied = []
        for file in self.files:
            folder = file.source.endswith("/")
            content = sprite(archive, file.source, self.icons) if folder else archive[f"package/{file.source}"]
            target = ROOT / file.target
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            copied.append(Copied(file.source, file.target, hashlib.sha256(content).hexdigest()))
        return Package(self.name, self.version, self.licence, tuple(copied), tuple(sorted(self.icons)))


def fetch(name: str, version: str) -> dict[str, bytes]:
    """The files of a published package, by their path in its archive."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{name}@{version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
            return {
                member.name: stream.read() for member in archive if (stream := archive.extractfile(member)) is not None
            }


def sprite(archive: dict[str, bytes], folder: str, icons: tuple[str, ...]) -> bytes:
    """One SVG with a symbol `i-<name>` for each icon; size, stroke and colour are left to the style sheet."""
    symbols = (symbol(name, archive[f"package/{folder}{name}.svg"]) for name in sorted(icons))
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "".join(symbols) + "</svg>\n").encode()


def symbol(name: str, drawing: bytes) -> str:
    shapes = [shape for shape in ET.fromstring(drawing) if shape.get("stroke") != "none"]
    drawn = "".join(
        f"<{shape.tag.removeprefix(SVG)} " + " ".join(f'{key}="{value}"' for key, value in shape.attrib.items()) + "/>"
        for shape in shapes
    )
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{drawn}</symbol>\n'


def read_lock(text: str) -> list[Package]:
    return [package_from(entry) for entry in tomllib.loads(text)["package"]]


def package_from(entry: dict[str, Any]) -> Package:
    files = tuple(Copied(**file) for file in entry.pop("files"))
    return Package(files=files, icons=tuple(entry.pop("icons", ())), **entry)


def written_lock(packages: list[Package]) -> str:
    return HEADING + "".join(written_package(package) for package in packages)


def written_package(package: Package) -> str:
    lines = ["", "[[package]]"]
    lines += [f'{key} = "{getattr(package, key)}"' for key in ("name", "version", "licence")]
    if package.icons:
        lines += ["icons = [", *(f'    "{icon}",' for icon in package.icons), "]"]
    for file in package.files:
        lines += ["[[package.files]]"]
        lines += [f'{key} = "{getattr(file, key)}"' for key in ("source", "target", "sha256")]
    return "\n".join(lines) + "\n"


def problems(packages: list[Package]) -> list[str]:
    """What differs between the lock and the files that are here, one line each; empty when all is as locked."""
    return [
        f"{file.target}: expected {file.sha256}, found {found}"
        for package in packages
        for file in package.files
        if (found := file.hash_here()) != file.sha256
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare files with the lock")
    options = parser.parse_args(arguments)
    packages = read_lock(LOCK.read_text())
    if not options.check:
        packages = [package.refreshed() for package in packages]
        LOCK.write_text(written_lock(packages))
    found = problems(packages)
    sys.stderr.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
