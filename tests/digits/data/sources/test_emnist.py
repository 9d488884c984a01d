import gzip
from pathlib import Path

import numpy as np
import pytest

from digits.data.classes import read_classes
from digits.data.idx import read_split
from digits.data.sources import emnist, folder
from digits.data.sources.verify import verify
from tests.drawing import DRAWN, idx


def write(given: Path, name: str, *, first: int = 0) -> Path:
    """Add a set as its authors publish it, labels from `first`; the folder."""
    given.mkdir(exist_ok=True)
    for part, (images, labels) in zip(("train", "test"), DRAWN, strict=True):
        arrays = {"images-idx3": images.swapaxes(1, 2), "labels-idx1": labels + np.uint8(first)}
        for kind, array in arrays.items():
            (given / f"{name}-{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(idx(array), 1))
    return given


@pytest.mark.parametrize(("name", "first"), [("emnist-letters", 1), ("emnist-balanced", 0)])
def test_a_set_is_read_as_it_comes(tmp_path: Path, out: Path, name: str, first: int) -> None:
    folder.fetch("own", write(tmp_path / "gzip", name, first=first), out, "strokes")
    verify(out, "own", "strokes")
    assert read_classes(out / "classes.txt") == tuple(emnist.CLASSES[name])
    for split, arrays in zip(("train", "t10k"), DRAWN, strict=True):
        for array, expected in zip(read_split(out, split), arrays, strict=True):
            np.testing.assert_array_equal(array, expected)


def test_the_classes_are_torchvision_s() -> None:
    from torchvision.datasets import EMNIST

    for name, classes in EMNIST.classes_split_dict.items():
        assert list(emnist.CLASSES[f"emnist-{name}"]) == [one for one in classes if one != "N/A"]


def test_one_of_several_sets_is_chosen_by_its_name(tmp_path: Path, out: Path) -> None:
    given = write(tmp_path / "gzip", "emnist-letters", first=1)
    write(tmp_path / "gzip", "emnist-digits")
    with pytest.raises(ValueError, match=r"has 2 sets of EMNIST: give the path of one, as in .*/gzip/emnist-digits$"):
        folder.fetch("own", given, out, "strokes")
    folder.fetch("own", given / "emnist-letters", out, "strokes")
    assert len(read_classes(out / "classes.txt")) == 26


def test_a_letter_before_a_is_refused(tmp_path: Path, out: Path) -> None:
    folder.fetch("own", write(tmp_path / "gzip", "emnist-letters", first=0), out, "strokes")
    with pytest.raises(ValueError, match="label 255: there are 26 classes"):
        verify(out, "own", "strokes")
