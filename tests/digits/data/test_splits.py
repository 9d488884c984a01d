import errno
import gc
import os
import pickle
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digits.data.splits import load_split, map_split, save_split
from tests.drawing import Split
from tests.imports import ROOT

IMAGES, LABELS = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)


def test_what_is_saved_is_loaded(tmp_path: Path, drawn: tuple[Split, Split]) -> None:
    save_split(tmp_path / "new/train.npz", *drawn[0])
    for read in (load_split, map_split):
        for loaded, saved in zip(read(tmp_path / "new/train.npz", classes=10), drawn[0], strict=True):
            assert loaded.dtype == np.uint8
            np.testing.assert_array_equal(loaded, saved)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process writes to against RLIMIT_DATA")
def test_a_split_larger_than_memory_can_be_mapped(tmp_path: Path) -> None:
    save_split(tmp_path / "train.npz", np.zeros((400_000, 28, 28), np.uint8), np.zeros(400_000, np.uint8))
    lines = [
        "import resource, sys",
        "from pathlib import Path",
        "from digits.data import splits",
        "used = 1024 * int(open('/proc/self/status').read().split('VmData:')[1].split()[0])",
        "resource.setrlimit(resource.RLIMIT_DATA, (used + 100_000_000,) * 2)",
        f"images, _ = getattr(splits, sys.argv[1])(Path({str(tmp_path / 'train.npz')!r}), classes=10)",
        "assert images[::1000].sum() == 0",
    ]
    for read, fits in (("map_split", True), ("load_split", False)):
        command = [sys.executable, "-c", "\n".join(lines), read]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (ended.returncode == 0) is fits, ended.stderr
        assert fits or "MemoryError" in ended.stderr


def test_the_same_arrays_are_the_same_bytes_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_split(tmp_path / "a.npz", IMAGES, LABELS)
    monkeypatch.setattr("time.time", lambda: 2e9)
    save_split(tmp_path / "b.npz", IMAGES.copy(), LABELS.copy())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def zip_of_texts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images", "no array")
        archive.writestr("labels", "no array")


def truncated(path: Path) -> None:
    save_split(path, IMAGES, LABELS)
    path.write_bytes(path.read_bytes()[:-30])


def flipped(path: Path) -> None:
    save_split(path, IMAGES, LABELS)
    content = bytearray(path.read_bytes())
    content[1000] ^= 0xFF
    path.write_bytes(content)


def patched(mark: bytes, offset: int, value: bytes) -> Callable[[Path], None]:
    """A split with other bytes at this offset from the first `mark` in it."""

    def write(path: Path) -> None:
        save_split(path, IMAGES, LABELS)
        content = bytearray(path.read_bytes())
        start = content.index(mark) + offset
        content[start : start + len(value)] = value
        path.write_bytes(content)

    return write


DIRECTORY = b"PK\x01\x02"  # of the zip: an entry


def bomb(path: Path) -> None:
    """A hundred megabytes in a hundred kilobytes."""
    with path.open("wb") as file:
        np.savez_compressed(file, images=np.zeros((130_000, 28, 28), np.uint8), labels=LABELS)


def claiming(shape: str, version: bytes = b"\x01\x00") -> Callable[[Path], None]:
    """Images with another shape in their header."""

    def write(path: Path) -> None:
        header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("images.npy", b"\x93NUMPY" + version + b"v\x00" + header.encode() + IMAGES.tobytes())

    return write


def entries(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}", b"")


def npz(**arrays: np.ndarray) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, **arrays)

    return write


def npy(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, IMAGES)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: path.write_bytes(b""), "not an npz file"),
        (lambda path: path.write_text("junk"), "not an npz file"),
        (lambda path: path.write_bytes(pickle.dumps({"images": IMAGES})), "not an npz file"),
        (npy, "not an npz file"),
        (zip_of_texts, "images"),
        (truncated, "not an npz file"),
        (flipped, "Bad CRC"),
        (patched(DIRECTORY, 10, b"\x63"), "images are compressed"),
        (patched(DIRECTORY, 10, b"\x08"), "images are compressed"),
        (patched(DIRECTORY, 8, b"\x01"), "encrypted"),
        (patched(DIRECTORY, 20, b"\xf0\xff\xff\xf0" * 2), "images are compressed, or not all there"),
        (claiming("(3, 28, 28)", version=b"\x02\x00"), "images are no unsigned bytes"),
        (claiming("(99999999, 28, 28)"), "images should be [99999999, 28, 28] and are 2352 bytes"),
        (claiming("(2, 28, 28)"), "images should be [2, 28, 28] and are 2352 bytes"),
        (claiming("(-3, -28, 28)"), "images are no unsigned bytes"),
        (claiming("(3, 28 28)"), "invalid literal for int()"),
        (claiming(f"({'9' * 40},)"), f"images should be [{'9' * 40}] and are 2352 bytes"),
        (claiming("[__import__('os').getpid()]"), "images are no unsigned bytes"),
        (bomb, "images are compressed"),
        (entries, "images.npy"),
        (npz(images=IMAGES), "labels"),
        (npz(images=np.array([object()] * 3), labels=LABELS), "images are no unsigned bytes"),
        (npz(images=IMAGES.astype(float), labels=LABELS), "images are no unsigned bytes in C's order"),
        (npz(images=np.asfortranarray(np.ones((2, 28, 28), np.uint8)), labels=LABELS), "in C's order"),
        (npz(images=np.zeros(3, [("r", "u1"), ("g", "u1")]), labels=LABELS), "no unsigned bytes"),
        (npz(images=np.uint8(3), labels=LABELS), "no unsigned bytes"),
        (npz(images=IMAGES[:, :27], labels=LABELS), "images of shape [3, 27, 28]: must be"),
        (npz(images=IMAGES[:0], labels=LABELS[:0]), "images of shape [0, 28, 28]: must be"),
        (npz(images=IMAGES, labels=LABELS[:2]), "labels of shape [2]: must be [3], 0 to 9"),
        (npz(images=IMAGES, labels=LABELS.astype(int)), "labels are no unsigned bytes"),
        (npz(images=IMAGES, labels=LABELS + np.uint8(8)), "0 to 9"),
    ],
    ids=lambda case: case if isinstance(case, str) else getattr(case, "__name__", None),
)
@pytest.mark.parametrize("read", [load_split, map_split])
def test_anything_else_is_refused_by_name(
    tmp_path: Path, read: Callable[..., object], write: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "train.npz"
    write(path)
    size = path.stat().st_size
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"train\.npz: ") as refusal:
            read(path, classes=10)
        assert tracemalloc.get_traced_memory()[1] < 1e6 + 12 * size
    finally:
        tracemalloc.stop()
    assert reason in str(refusal.value)
    del refusal
    gc.collect()  # a file left open is a warning here and not in some later test


def test_a_full_disk_is_told_the_size_of_both_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=f"the disk is full: {IMAGES.nbytes + LABELS.nbytes:,} bytes are needed"):
        save_split(tmp_path / "train.npz", IMAGES, LABELS)
