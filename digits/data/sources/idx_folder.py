"""Source: a folder that holds the four IDX files, gzipped or not."""

import gzip
import zlib
from pathlib import Path

from digits.data.classes import FILE as CLASSES
from digits.data.idx import FILES

LARGEST = 1 << 26  # bytes a file may expand to; the largest of every set has 47,040,016


def fetch(folder: Path, out: Path) -> None:
    """Copy the four files from `folder` into `out`, uncompressed, and the names of classes if they are there.

    ValueError: one of the four is missing, damaged or too large.
    """
    for name in FILES:
        plain, compressed = folder / name, folder / f"{name}.gz"
        if plain.is_file():
            copy(plain, out / name)
        elif compressed.is_file():
            copy(compressed, out / name)
        else:
            raise ValueError(f"{plain} not found, nor with .gz")
    if (folder / CLASSES).is_file():
        copy(folder / CLASSES, out / CLASSES)


def copy(source: Path, target: Path) -> None:
    opener = gzip.open if source.suffix == ".gz" else open
    written = 0
    try:
        with opener(source, "rb") as reader, target.open("wb") as writer:
            while piece := reader.read(1 << 20):
                written += writer.write(piece)
                if written > LARGEST:
                    raise ValueError(f"{source} expands to more than {LARGEST} bytes")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{source} is damaged: {error}") from None
