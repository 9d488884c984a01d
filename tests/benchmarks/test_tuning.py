from pathlib import Path

import numpy as np
import pytest

from benchmarks import tuning
from digits.data.idx import read_split
from tests.drawing import Split, draw, write_raw

SMALL = (
    "subset.samples=40 subset.test_samples=20 model.channels=[4,8] train.epochs=8 train.batch_size=16 "
    "train.learning_rate=0.15 train.augment.repeats=2 train.snapshots=[]"
)


@pytest.fixture(autouse=True)
def few_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "HELD_OUT", 30)


@pytest.fixture
def train() -> Split:
    return draw(100, seed=1)


@pytest.fixture
def raw(tmp_path: Path, train: Split) -> Path:
    """Data without test images: nobody can look at them."""
    folder = write_raw(tmp_path / "raw", train, train)
    for file in folder.glob("t10k-*"):
        file.unlink()
    return folder


def test_the_last_training_images_take_the_place_of_the_test_images(raw: Path, train: Split, tmp_path: Path) -> None:
    (tmp_path / "held").mkdir()
    tuning.hold_out(raw, tmp_path / "held")
    for name, part in (("train", slice(None, 70)), ("t10k", slice(70, None))):
        for written, given in zip(read_split(tmp_path / "held", name), train, strict=True):
            np.testing.assert_array_equal(written, given[part])


def test_too_few_images_are_refused(tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "raw", draw(30, seed=1), draw(30, seed=2))
    with pytest.raises(ValueError, match="30 training images: must be more than the 30 held out"):
        tuning.hold_out(raw, tmp_path)


def test_recipes_are_compared_on_equal_subsets() -> None:
    *_, first, second = tuning.table({"": [98.0, 99.0], "train.epochs=9": [98.5, 99.7]}).splitlines()
    assert first == "| params.yaml | 98.50 |  | 2 |"
    assert second == "| train.epochs=9 | 99.10 | 0.60 ± 0.10 | 2 |"
    assert tuning.table({"": [98.0], "train.epochs=9": [98.5]}).endswith("| 98.50 | 0.50 | 1 |")


@pytest.mark.slow
def test_recipes_are_trained_without_test_images(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = f"{SMALL} train.learning_rate=0.000001"
    tuning.main([SMALL, other], 2, raw)
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"| {SMALL} | ")
    assert second.startswith(f"| {other} | ")
    assert float(first.split("|")[2]) > float(second.split("|")[2]) + 10


def test_a_wrong_recipe_is_refused_before_any_run(raw: Path) -> None:
    with pytest.raises(ValueError, match=r"'train\.epoch': unknown parameter"):
        tuning.main([SMALL, "train.epoch=3"], 2, raw)
    with pytest.raises(ValueError, match="'quick': unknown parameter"):
        tuning.main([SMALL, "quick"], 2, raw)
