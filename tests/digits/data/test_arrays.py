import pickle
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from digits.data.arrays import load_array, load_images, load_split, save_array, save_split
from tests.drawing import DRAWN

IMAGES, LABELS = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    paths = tmp_path / "new/images.npy", tmp_path / "new/labels.npy"
    save_split(*paths, *DRAWN[0])
    for loaded, saved in zip(load_split(*paths, classes=10), DRAWN[0], strict=True):
        assert loaded.dtype == np.uint8
        assert not loaded.flags.writeable
        np.testing.assert_array_equal(loaded, saved)
    array = DRAWN[0][0][:6].reshape(2, 3, 28, 28).transpose(1, 0, 2, 3)
    save_array(tmp_path / "array.npy", array)
    np.testing.assert_array_equal(load_array(tmp_path / "array.npy", (3, -1, 28, 28)), array)


Write = Callable[[Path], object]


def saved(array: np.ndarray) -> bytes:
    np.save(file := BytesIO(), array)
    return file.getvalue()


def npy(array: np.ndarray) -> Write:
    return lambda path: np.save(path, array)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda _: None, "not an .npy file ([Errno 2] No such file"),
        (lambda path: path.write_bytes(pickle.dumps(IMAGES)), "not an .npy file (the magic string is not correct"),
        (lambda path: path.write_bytes(saved(IMAGES)[:-1]), "not an .npy file (mmap length is greater than file size"),
        (npy(np.asfortranarray(IMAGES)), "uint8 [3, 28, 28]: must be uint8 [N, 28, 28], in C's order"),
        (npy(IMAGES.reshape(2, 14, 84)), "uint8 [2, 14, 84]: must be uint8 [N, 28, 28], in C's order"),
        (npy(np.array([object()] * 3)), "not an .npy file (Array can't be memory-mapped: Python objects in dtype"),
        (npy(IMAGES.astype(float)), "float64 [3, 28, 28]: must be uint8"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, write: Write, reason: str) -> None:
    path = tmp_path / "images.npy"
    write(path)
    with pytest.raises(ValueError, match=re.escape(f"{path}: {reason}")):
        load_images(path)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (LABELS[:2], "uint8 [2]: must be uint8 [3]"),
        (LABELS.astype(int), "int64 [3]: must be uint8 [3]"),
        (LABELS + np.uint8(8), "label 10: must be 0 to 9"),
    ],
)
def test_labels_that_do_not_fit_are_refused_by_name(tmp_path: Path, labels: np.ndarray, reason: str) -> None:
    paths = tmp_path / "images.npy", tmp_path / "labels.npy"
    save_array(paths[0], IMAGES)
    np.save(paths[1], labels)
    with pytest.raises(ValueError, match=re.escape(f"labels.npy: {reason}")):
        load_split(*paths, classes=10)
