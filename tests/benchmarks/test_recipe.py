"""Recipes are compared over equal seeds, and tuned on images that are no test images."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import recipe, tuning
from benchmarks.scaling import TRAININGS
from digits.data.idx import read_split
from tests.drawing import Split, draw, write_raw

RIGHT = {"default": (0.98, 0.99, 0.95), "without": (0.97, 0.96)}  # by seed


def test_the_difference_is_over_the_seeds_that_both_have() -> None:
    others = {"expected_calibration_error": 0.005, "parameters": 32_154, "seconds": 40.0}
    each = [(name, seed, share) for name, shares in RIGHT.items() for seed, share in enumerate(shares)]
    rows = [{"name": name, "seed": seed, "accuracy": share, **others} for name, seed, share in each]
    *_, first, second = recipe.make_table(rows).splitlines()
    assert first == "| default | 97.33 ± 2.08 | +0.00 ± 0.00 | 95.00 | 0.0050 | 3 | 32,154 | 40 |"
    assert second == "| without | 96.50 ± 0.71 | -2.00 ± 1.00 | 96.00 | 0.0050 | 2 | 32,154 | 40 |"


@pytest.mark.parametrize("overrides", [*(overrides for _, overrides in recipe.RUNS.values()), *TRAININGS.values()])
def test_every_run_is_of_known_parameters(overrides: str) -> None:
    recipe.parameters(overrides)


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Split:
    """100 training images, of which 30 are held out."""
    monkeypatch.setattr(tuning, "HELD_OUT", 30)
    return draw(100, seed=1)


@pytest.fixture
def raw(tmp_path: Path, train: Split) -> Path:
    """Data without test images: nobody can look at them."""
    folder = write_raw(tmp_path / "raw", train, train)
    for file in folder.glob("t10k-*"):
        file.unlink()
    return folder


def test_the_last_training_images_take_the_place_of_the_test_images(
    raw: Path, train: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuning.hold_out(raw, tmp_path)
    for name, part in (("train", slice(None, 70)), ("t10k", slice(70, None))):
        for written, given in zip(read_split(tmp_path, name), train, strict=True):
            np.testing.assert_array_equal(written, given[part])
    monkeypatch.setattr(tuning, "HELD_OUT", 100)
    with pytest.raises(ValueError, match="100 training images: must be more than the 100 held out"):
        tuning.hold_out(raw, tmp_path)


def test_recipes_are_compared_without_test_images_and_only_what_is_missing_is_computed(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], computed: list[tuple[int, int, int]]
) -> None:
    kept = tmp_path / "tuning.csv"
    tuning.main(["train.epochs=9", "train.epochs=8", "train.epochs=9"], 2, raw, kept)
    assert sorted(computed) == [(200, 8, 0), (200, 8, 1), (200, 9, 0), (200, 9, 1)]
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("| train.epochs=9 | 90.00 ± 0.00 | +0.00 ")
    assert second.startswith("| train.epochs=8 | 80.00 ± 0.00 | -10.00 ")
    tuning.main(["", "train.epochs=8"], 3, raw, kept)
    assert sorted(computed[4:]) == [(200, 2, 0), (200, 2, 1), (200, 2, 2), (200, 8, 2)]
    assert capsys.readouterr().out.splitlines()[2].startswith("| params.yaml | ")
    header, *lines = kept.read_text().splitlines()
    assert header == ",".join([*recipe.COLUMNS, "key"])
    assert len(lines) == 8


def test_a_wrong_recipe_is_refused_before_any_run(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.epoch.*: unknown parameter"):
        tuning.main(["", "train.epoch=3"], 2, raw, tmp_path / "tuning.csv")
