"""The splits the stages pass on: npz files with `images` uint8 [N, 28, 28] and `labels` uint8 [N]."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from digits.files import whole
from digits.idx import CLASSES, SIDE, Images, Labels


def save_split(path: Path, images: Images, labels: Labels) -> None:
    """Write a split uncompressed: the same arrays are the same bytes, whatever the zlib."""
    with whole(path, size=images.nbytes + labels.nbytes) as file:
        np.savez(file, images=images, labels=labels)


def load_split(path: Path) -> tuple[Images, Labels]:
    """Read and check a split. ValueError: not such a file, or images and labels that don't fit each other."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            images, labels = np.asarray(arrays["images"]), np.asarray(arrays["labels"])
    except (ValueError, KeyError, EOFError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path}: not an npz file with images and labels ({error}); run `dvc repro` again") from None
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or not len(images):
        raise ValueError(f"{path}: images {images.dtype} {list(images.shape)}: must be uint8 [N, {SIDE}, {SIDE}]")
    if labels.dtype != np.uint8 or labels.shape != (len(images),) or labels.max() >= CLASSES:
        raise ValueError(f"{path}: labels {labels.dtype} {list(labels.shape)}: must be uint8 [{len(images)}], 0 to 9")
    return images, labels
