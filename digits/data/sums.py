"""What the files of a folder are known by: SHA256SUMS, as `sha256sum --check` reads it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from digits.pipeline.files import write_whole

FILE = "SHA256SUMS"


def write_sums(folder: Path, names: Sequence[str]) -> None:
    write_whole(folder / FILE, "".join(f"{sha256(folder / name)}  {name}\n" for name in names))


def check_sums(folder: Path) -> None:
    """Check what SHA256SUMS lists, if there is one. ValueError: a file is another than when it was written."""
    sums = folder / FILE
    for line in sums.read_text(errors="replace").splitlines() if sums.exists() else ():
        known, _, name = line.partition("  ")
        if sha256(folder / name) != known:
            raise ValueError(f"{folder / name}: not the file that was downloaded: its SHA-256 isn't the one in {FILE}")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
