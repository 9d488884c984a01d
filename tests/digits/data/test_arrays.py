import re
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
    with pytest.raises(ValueError, match=r"none\.npy: not an \.npy file"):
        load_images(tmp_path / "none.npy")
    array = DRAWN[0][0][:6].reshape(2, 3, 28, 28).transpose(1, 0, 2, 3)
    save_array(tmp_path / "array.npy", array)
    np.testing.assert_array_equal(load_array(tmp_path / "array.npy", (3, -1, 28, 28)), array)


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.asfortranarray(IMAGES), "uint8 [3, 28, 28]: must be uint8 [N, 28, 28], in C's order"),
        (IMAGES.reshape(2, 14, 84), "uint8 [2, 14, 84]: must be uint8 [N, 28, 28], in C's order"),
        (np.array([object()] * 3), "not an .npy file (Array can't be memory-mapped: Python objects in dtype"),
        (IMAGES.astype(float), "float64 [3, 28, 28]: must be uint8"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, array: np.ndarray, reason: str) -> None:
    np.save(path := tmp_path / "images.npy", array)
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
