"""The splits the stages pass on: npz files with `images` uint8 [N, 28, 28] and `labels` uint8 [N]."""

import math
import re
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.files import whole
from digits.idx import SIDE, Images, Labels

PIECE = 1 << 20  # bytes
HEADER = re.compile(  # 128 bytes before an array of unsigned bytes, as numpy writes them (numpy.lib.format)
    rb"\x93NUMPY\x01\x00v\x00{'descr': '\|u1', 'fortran_order': False, 'shape': \(([0-9, ]+)\), } *\n"
)


def save_split(path: Path, images: Images, labels: Labels) -> None:
    """Write a split uncompressed: the same arrays are the same bytes, whatever the zlib."""
    with whole(path, size=images.nbytes + labels.nbytes) as file:
        np.savez(file, images=images, labels=labels)


def load_split(path: Path, *, classes: int) -> tuple[Images, Labels]:
    """Read and check a split. ValueError: not such a file, images and labels that don't fit, or labels ≥ `classes`."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            images, labels = (read_array(archive, name, size=path.stat().st_size) for name in ("images", "labels"))
    except (ValueError, KeyError, EOFError, OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: not an npz file with images and labels ({error}); run `dvc repro` again") from None
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or not len(images):
        raise ValueError(f"{path}: images of shape {list(images.shape)}: must be [N, {SIDE}, {SIDE}]")
    if labels.shape != (len(images),) or labels.max() >= classes:
        raise ValueError(f"{path}: labels of shape {list(labels.shape)}: must be [{len(images)}], 0 to {classes - 1}")
    return images, labels


def read_array(archive: zipfile.ZipFile, name: str, *, size: int) -> npt.NDArray[np.uint8]:
    """An array of unsigned bytes as numpy writes it, from an uncompressed archive of `size` bytes. ValueError: no such.

    numpy's own reader unpacks and reserves whatever a file claims to hold. Here that is at most what the file holds.
    """
    member = archive.getinfo(f"{name}.npy")
    if member.compress_type != zipfile.ZIP_STORED or max(member.file_size, member.compress_size) > size:
        raise ValueError(f"{name} are compressed, or not all there")
    with archive.open(member) as file:
        header = HEADER.fullmatch(file.read(128))
        if not header:
            raise ValueError(f"{name} are no unsigned bytes in C's order")
        content = bytearray()  # writable, as torch wants it; read in pieces, so that it is not there twice
        while piece := file.read(PIECE):
            content += piece
    shape = [int(n) for n in header[1].split(b",") if n.strip()]
    if len(content) != math.prod(shape):
        raise ValueError(f"{name} should be {shape} and are {len(content)} bytes")
    return np.frombuffer(content, np.uint8).reshape(shape)
