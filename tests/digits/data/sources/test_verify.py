import hashlib
from pathlib import Path

import pytest

from digits.data.classes import read_classes, write_classes
from digits.data.idx import FILES
from digits.data.sources.verify import MNIST_SHA256, verify


def test_mnist_is_known_by_its_hashes(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FILES:
        monkeypatch.setitem(MNIST_SHA256, name, hashlib.sha256((raw / name).read_bytes()).hexdigest())
    verify(raw, "MNIST", "strokes")
    monkeypatch.setitem(MNIST_SHA256, FILES[3], "0" * 64)
    with pytest.raises(ValueError, match=f"{FILES[3]} is not MNIST's: its SHA-256 differs"):
        verify(raw, "MNIST", "strokes")


@pytest.mark.parametrize("name", FILES)
def test_other_sets_are_known_by_their_structure(raw: Path, name: str) -> None:
    verify(raw, "KMNIST", "strokes")
    (raw / name).write_bytes((raw / name).read_bytes()[:-1])
    with pytest.raises(ValueError, match=f"{name}: .* its header says"):
        verify(raw, "KMNIST", "strokes")


def test_classes_are_the_data_set_s_or_the_ones_given_or_numbers(raw: Path) -> None:
    verify(raw, "FashionMNIST", "strokes")
    assert read_classes(raw / "classes.txt")[9] == "Ankle boot"
    write_classes(raw / "classes.txt", [f"my {digit}" for digit in range(12)])
    verify(raw, "own", "strokes")
    assert len(read_classes(raw / "classes.txt")) == 12
    (raw / "classes.txt").unlink()
    verify(raw, "own", "strokes")
    assert read_classes(raw / "classes.txt") == tuple("0123456789")
