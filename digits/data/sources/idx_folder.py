"""Source: a folder that holds the four IDX files, gzipped or not."""

import gzip
import zlib
from pathlib import Path

from digits.data.classes import FILE as CLASSES
from digits.data.idx import FILES

MAX_BYTES = 600_000_000  # that a file may expand to; the largest of EMNIST's has 547,178,704


def fetch(folder: Path, out: Path) -> None:
    """Copy the four files from `folder` into `out`, uncompressed, and the names of classes if they are there.

    ValueError: one of the four is missing, damaged or too large.
    """
    for name in FILES:
        copy_file(folder, name, out / name)
    if (folder / CLASSES).is_file():
        copy(folder / CLASSES, out / CLASSES)


def copy_file(folder: Path, name: str, target: Path) -> None:
    source = find_file(folder, name)
    if not source:
        raise ValueError(f"{folder / name} not found, nor with .gz")
    copy(source, target)


def find_file(folder: Path, name: str) -> Path | None:
    """The file of this name, as it is or gzipped, with a dash before `idx` or a dot."""
    spellings = (folder / f"{stem}{end}" for stem in (name, name.replace("-idx", ".idx")) for end in ("", ".gz"))
    return next((path for path in spellings if path.is_file()), None)


def copy(source: Path, target: Path) -> None:
    opener = gzip.open if source.suffix == ".gz" else open
    written = 0
    try:
        with opener(source, "rb") as reader, target.open("wb") as writer:
            while piece := reader.read(1 << 20):
                written += writer.write(piece)
                if written > MAX_BYTES:
                    raise ValueError(f"{source} expands to more than {MAX_BYTES} bytes")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{source} is damaged: {error}") from None
