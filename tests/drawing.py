"""Digits drawn in numpy, seven segments each, so that no test needs a download."""

import struct
from pathlib import Path

import numpy as np

from digits.data.arrays import Images, Labels
from digits.data.classes import write_classes
from digits.data.idx import FILES

Split = tuple[Images, Labels]

STROKES = {  # segments a to g: rows, columns
    "a": np.s_[5:8, 9:19],
    "b": np.s_[5:14, 16:19],
    "c": np.s_[13:23, 16:19],
    "d": np.s_[20:23, 9:19],
    "e": np.s_[13:23, 9:12],
    "f": np.s_[5:14, 9:12],
    "g": np.s_[12:15, 9:19],
}
SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")


CLASSES = tuple(map(str, range(10)))


def draw(n: int, *, seed: int) -> Split:
    """Images uint8 [n, 28, 28] of random digits, up to 3 pixels off centre, inked and sprinkled at random; labels."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, n, dtype=np.uint8)
    images = np.zeros((n, 28, 28))
    for image, label in zip(images, labels, strict=True):
        for segment in SEGMENTS[label]:
            image[STROKES[segment]] = random.uniform(150, 255)
        image[:] = np.roll(image, random.integers(-3, 4, 2), axis=(0, 1))
    return (images + random.normal(0, 10, images.shape)).clip(0, 255).astype(np.uint8), labels


DRAWN = draw(600, seed=1), draw(200, seed=2)  # for training and for tests


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def write_raw(folder: Path, train: Split, test: Split) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(FILES, (*train, *test), strict=True):
        (folder / name).write_bytes(idx(array))
    write_classes(folder / "classes.txt", CLASSES)
    return folder
