"""Source: EMNIST (Cohen, Afshar, Tapson and van Schaik, arXiv 1702.05373) as it comes: six sets, images transposed."""

import string
from pathlib import Path

from digits.data.classes import FILE, write_classes
from digits.data.idx import FILES, read_idx, write_idx
from digits.data.sources.idx_folder import copy_file, find_file

MERGED = string.digits + string.ascii_uppercase + "abdefghnqrt"  # the other small letters look like their capitals
CLASSES = {
    "emnist-balanced": MERGED,
    "emnist-byclass": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "emnist-bymerge": MERGED,
    "emnist-digits": string.digits,
    "emnist-letters": string.ascii_lowercase,  # small and capital ones, labels from 1
    "emnist-mnist": string.digits,
}


def find_sets(folder: Path) -> list[str]:
    return [name for name in CLASSES if find_file(folder, f"{name}-{FILES[0]}")]


def fetch(folder: Path, name: str, out: Path) -> None:
    """Write the set `name` with upright images, labels from 0 and its classes. ValueError: a file is missing or bad."""
    for file in FILES:
        copy_file(folder, f"{name}-{file.replace('t10k', 'test')}", out / file)
        array = read_idx(out / file)
        if array.ndim == 3:
            array = array.swapaxes(1, 2)
        elif name == "emnist-letters":
            array = array - 1  # a label of 0 becomes 255, which has no class
        write_idx(out / file, array)
    write_classes(out / FILE, CLASSES[name])
