"""The splits the stages pass on: npz files with `images` uint8 [N, 28, 28] and `labels` uint8 [N]."""

import math
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.data.arrays import SIDE, Images, Labels
from digits.pipeline.files import whole

Bytes = npt.NDArray[np.uint8]

PIECE = 1 << 20  # bytes
HEADER_LENGTH = 128  # bytes
HEADER = re.compile(  # before an array of unsigned bytes, as numpy writes it (numpy.lib.format)
    rb"\x93NUMPY\x01\x00v\x00{'descr': '\|u1', 'fortran_order': False, 'shape': \(([0-9, ]+)\), } *\n"
)


def save_split(path: Path, images: Images, labels: Labels) -> None:
    """Write a split uncompressed: the same arrays are the same bytes, whatever the zlib."""
    with whole(path, size=images.nbytes + labels.nbytes) as file:
        np.savez(file, images=images, labels=labels)


def load_split(path: Path, *, classes: int) -> tuple[Images, Labels]:
    """Read and check a split. ValueError: not such a file, images and labels that don't fit, or labels ≥ `classes`."""
    return checked(path, classes, read_array)


def map_split(path: Path, *, classes: int) -> tuple[Images, Labels]:
    """The same, of which only what is looked at is in memory, to read only: for a split of any size."""
    return checked(path, classes, map_array)


def checked(path: Path, classes: int, array: Callable[[zipfile.ZipFile, str, Path], Bytes]) -> tuple[Images, Labels]:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            images, labels = (array(archive, name, path) for name in ("images", "labels"))
    except (ValueError, KeyError, EOFError, OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: not an npz file with images and labels ({error}); run `dvc repro` again") from None
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or not len(images):
        raise ValueError(f"{path}: images of shape {list(images.shape)}: must be [N, {SIDE}, {SIDE}]")
    if labels.shape != (len(images),) or labels.max() >= classes:
        raise ValueError(f"{path}: labels of shape {list(labels.shape)}: must be [{len(images)}], 0 to {classes - 1}")
    return images, labels


def read_array(archive: zipfile.ZipFile, name: str, path: Path) -> Bytes:
    """An array of unsigned bytes as numpy writes it, from an uncompressed archive, `path`. ValueError: no such.

    numpy's own reader unpacks and reserves whatever a file claims to hold. Here that is at most what the file holds.
    """
    content = bytearray()  # writable, as torch wants it; read in pieces, so that it is not there twice
    shape = scan(archive, member(archive, name, path), content.extend)
    return np.frombuffer(content, np.uint8).reshape(shape)


def map_array(archive: zipfile.ZipFile, name: str, path: Path) -> Bytes:
    """The same, mapped from the file, which is read once to compare its checksum."""
    found = member(archive, name, path)
    shape = scan(archive, found, lambda _: None)
    with path.open("rb") as file:
        file.seek(found.header_offset)
        lengths = struct.unpack("<26x2H", file.read(30))  # of the name and the extra field that follow
        start = file.tell() + sum(lengths) + HEADER_LENGTH
    return np.memmap(path, np.uint8, "r", start, shape)


def member(archive: zipfile.ZipFile, name: str, path: Path) -> zipfile.ZipInfo:
    found = archive.getinfo(f"{name}.npy")
    if found.compress_type != zipfile.ZIP_STORED or max(found.file_size, found.compress_size) > path.stat().st_size:
        raise ValueError(f"{name} are compressed, or not all there")
    return found


def scan(archive: zipfile.ZipFile, found: zipfile.ZipInfo, take: Callable[[bytes], None]) -> tuple[int, ...]:
    """Read an array to its end, where its checksum is compared; hand over its bytes, return its shape."""
    length, name = 0, found.filename.removesuffix(".npy")
    with archive.open(found) as file:
        header = HEADER.fullmatch(file.read(HEADER_LENGTH))
        if not header:
            raise ValueError(f"{name} are no unsigned bytes in C's order")
        while piece := file.read(PIECE):
            take(piece)
            length += len(piece)
    shape = tuple(int(n) for n in header[1].split(b",") if n.strip())
    if length != math.prod(shape):
        raise ValueError(f"{name} should be {list(shape)} and are {length} bytes")
    return shape
