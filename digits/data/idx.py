"""The IDX files of MNIST: big-endian header, then bytes (format: the MNIST page of LeCun, Cortes and Burges)."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.data.arrays import SIDE, Images, Labels

IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801  # unsigned bytes in three dimensions and in one
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """The array in an IDX file of images (uint8 [N, rows, columns]) or of labels (uint8 [N]).

    ValueError: a wrong magic number, or a header that disagrees with the file's size.
    """
    content = path.read_bytes()
    magic = int.from_bytes(content[:4], "big")
    if len(content) < 4 or magic not in (IMAGES_MAGIC, LABELS_MAGIC):
        allowed = f"0x{IMAGES_MAGIC:08x} (images) or 0x{LABELS_MAGIC:08x} (labels)"
        raise ValueError(f"{path}: magic number 0x{magic:08x}: must be {allowed}")
    dimensions = magic & 0xFF
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise ValueError(f"{path}: {len(content)} bytes: the header alone takes {header}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    expected = header + int(np.prod([int(n) for n in shape], dtype=object))
    if 0 in shape or len(content) != expected:
        raise ValueError(
            f"{path}: {len(content)} bytes: its header says {list(shape)}, which takes {expected}; none may be 0"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def write_idx(path: Path, array: npt.NDArray[np.uint8]) -> None:
    """Write images uint8 [N, rows, columns] or labels uint8 [N]."""
    magic = IMAGES_MAGIC if array.ndim == 3 else LABELS_MAGIC
    path.write_bytes(struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes())


def read_split(raw: Path, name: str) -> tuple[Images, Labels]:
    """Images and labels of the split `train` or `t10k` in the folder `raw`.

    ValueError: what `read_idx` refuses, no images or ones that are not 28×28, counts that differ.
    """
    image_file, label_file = (raw / file for file in FILES if file.startswith(name))
    images, labels = read_idx(image_file), read_idx(label_file)
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"{image_file}: shape {list(images.shape)}: must be [N, {SIDE}, {SIDE}]")
    if labels.shape != (len(images),):
        raise ValueError(f"{label_file}: shape {list(labels.shape)}: must be [{len(images)}], as {image_file.name} has")
    return images, labels
