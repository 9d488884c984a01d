import gc
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digits.splits import load_split, save_split
from tests.drawing import Split

IMAGES, LABELS = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)


def test_what_is_saved_is_loaded(tmp_path: Path, drawn: tuple[Split, Split]) -> None:
    save_split(tmp_path / "new/train.npz", *drawn[0])
    for loaded, saved in zip(load_split(tmp_path / "new/train.npz"), drawn[0], strict=True):
        assert loaded.dtype == np.uint8
        np.testing.assert_array_equal(loaded, saved)


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


def packed_otherwise(path: Path) -> None:
    save_split(path, IMAGES, LABELS)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 10] = 99  # the method of compression, in the zip's directory
    path.write_bytes(content)


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
        (packed_otherwise, "not an npz file"),
        (npz(images=IMAGES), "labels"),
        (npz(images=np.array([object()] * 3), labels=LABELS), "allow_pickle"),
        (npz(images=IMAGES.astype(float), labels=LABELS), "images float64 [3, 28, 28]: must be uint8 [N, 28, 28]"),
        (npz(images=IMAGES[:, :27], labels=LABELS), "images uint8 [3, 27, 28]: must be"),
        (npz(images=IMAGES[:0], labels=LABELS[:0]), "images uint8 [0, 28, 28]: must be"),
        (npz(images=IMAGES, labels=LABELS[:2]), "labels uint8 [2]: must be uint8 [3], 0 to 9"),
        (npz(images=IMAGES, labels=LABELS.astype(int)), "labels int64 [3]: must be uint8"),
        (npz(images=IMAGES, labels=LABELS + np.uint8(8)), "0 to 9"),
    ],
    ids=lambda case: case if isinstance(case, str) else getattr(case, "__name__", None),
)
def test_anything_else_is_refused_by_name(tmp_path: Path, write: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / "train.npz"
    write(path)
    with pytest.raises(ValueError, match=r"train\.npz: ") as refusal:
        load_split(path)
    assert reason in str(refusal.value)
    del refusal
    gc.collect()  # a file left open is a warning here and not in some later test
