"""The arrays that stages pass on: an `.npy` file each, of unsigned bytes, which is mapped and not read as a whole."""

from io import BytesIO
from pathlib import Path
from tokenize import TokenError

import numpy as np
import numpy.typing as npt
from numpy.lib.format import open_memmap

from digits.pipeline.files import write_whole

Bytes = npt.NDArray[np.uint8]
Images = npt.NDArray[np.uint8]  # [N, 28, 28], 0 background to 255 ink
Labels = npt.NDArray[np.uint8]  # [N], numbers of classes from 0

SIDE = 28


def save_array(path: Path, array: Bytes) -> None:
    """Write an array; the same array is the same bytes."""
    content = BytesIO()
    np.save(content, np.ascontiguousarray(array), allow_pickle=False)
    write_whole(path, content.getvalue())


def load_array(path: Path, shape: tuple[int, ...]) -> Bytes:
    """Map an array of this shape, in which -1 stands for any number, to read only.

    ValueError: not an .npy file, or another shape, dtype or order in memory.
    """
    try:
        array = np.asarray(open_memmap(path, mode="r"))
    except (OSError, ValueError, TypeError, OverflowError, SyntaxError, TokenError) as error:
        raise ValueError(f"{path}: not an .npy file ({error}); run `dvc repro` again") from None
    fits = array.ndim == len(shape) and all(want in (n, -1) for n, want in zip(array.shape, shape, strict=True))
    if not fits or array.dtype != np.uint8 or not array.flags.c_contiguous:
        form = ", ".join("N" if want < 0 else str(want) for want in shape)
        raise ValueError(f"{path}: {array.dtype} {list(array.shape)}: must be uint8 [{form}], in C's order")
    return array


def save_split(images_path: Path, labels_path: Path, images: Images, labels: Labels) -> None:
    """Write images and their labels."""
    save_array(images_path, images)
    save_array(labels_path, labels)


def load_images(path: Path) -> Images:
    """Map images uint8 [N, 28, 28]. ValueError: as `load_array`."""
    return load_array(path, (-1, SIDE, SIDE))


def load_split(images_path: Path, labels_path: Path, *, classes: int) -> tuple[Images, Labels]:
    """Map images uint8 [N, 28, 28] and labels uint8 [N]. ValueError: as `load_array`, or a label ≥ `classes`."""
    images = load_images(images_path)
    labels = load_array(labels_path, (len(images),))
    if labels.max(initial=0) >= classes:
        raise ValueError(f"{labels_path}: label {labels.max()}: must be 0 to {classes - 1}")
    return images, labels
