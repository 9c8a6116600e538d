"""The first page of a paper as a small JPEG without what a camera wrote beside it. Run as a program: `drawing.py KIND`.

It reads the file from standard input and has limits: whatever a file says, it takes no more memory and time than these.
"""

from __future__ import annotations

import io
import resource
import sys

MEMORY = 1024**3  # bytes of address space
CPU = 30  # seconds
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 720  # pixels


def main(kind: str) -> None:
    """Write the picture to standard output, or raise whatever the decoder does: the exit status says that it failed."""
    limit()
    content = sys.stdin.buffer.read()
    sys.stdout.buffer.write(page(content) if kind == "pdf" else image(content))


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def page(content: bytes) -> bytes:
    """The first page of a PDF, on white."""
    import pypdfium2  # noqa: PLC0415 - whoever imports this module only to call the program needs no decoder

    document = pypdfium2.PdfDocument(content)
    first = document[0]
    return _as_jpeg(first.render(scale=LONGEST_SIDE / max(*first.get_size(), 1)).to_pil())


def image(content: bytes) -> bytes:
    """An image, upright. Raises ValueError for one that is too large to be opened."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP", "TIFF")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        return _as_jpeg(ImageOps.exif_transpose(opened))


def _as_jpeg(picture: object) -> bytes:
    from PIL import Image  # noqa: PLC0415

    assert isinstance(picture, Image.Image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ground = Image.new("RGB", picture.size, "white")
    seen = picture.convert("RGBA")
    ground.paste(seen, mask=seen)
    written = io.BytesIO()
    ground.save(written, "JPEG", quality=80, optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
