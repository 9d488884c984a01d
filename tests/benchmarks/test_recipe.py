"""Recipes are run once, compared over equal seeds, and tuned on images that are no test images."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import recipe, tuning
from benchmarks.scaling import TRAININGS
from digits.data.idx import read_split
from tests.drawing import Split, draw, write_raw

SMALL = (
    "subset.samples=40 subset.test_samples=20 model.channels=[4,8] train.batch_size=8 train.epochs=8 "
    "train.learning_rate=0.05 train.schedule=constant train.snapshots=[]"
)


def row(run: recipe.Run, accuracy: float = 0.9) -> recipe.Row:
    name, seed, overrides = run
    return name, seed, accuracy, round(10_000 * (1 - accuracy)), 0.005, 32_154, 40.0, overrides


def test_what_is_missing_or_has_other_overrides_is_run_and_kept_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[recipe.Run] = []

    def train_all(missing: list[recipe.Run], _: Path) -> Iterator[tuple[recipe.Run, recipe.Row]]:
        trained[:] = missing
        return ((run, row(run)) for run in reversed(missing))

    monkeypatch.setattr(recipe, "train_all", train_all)
    monkeypatch.setattr(recipe, "RESULTS", tmp_path / "recipe.csv")
    default = [("default", 0, ""), ("default", 1, "")]
    for plain, runs in (("a.b=0", 3), ("a.b=0", 0), ("a.b=1", 1)):
        monkeypatch.setattr(recipe, "RUNS", {"default": (2, ""), "plain": (1, plain)})
        recipe.main()
        expected = [*default, ("plain", 0, plain)]
        assert trained == expected[3 - runs :]
        lines = recipe.RESULTS.read_text().splitlines()[1:]
        assert lines == [",".join(map(str, row(run))) for run in expected]


def test_the_difference_is_over_the_seeds_that_both_have() -> None:
    default = [row(("default", seed, ""), accuracy) for seed, accuracy in enumerate((0.98, 0.99, 0.95))]
    without = [row(("without", seed, "a.b=1"), accuracy) for seed, accuracy in enumerate((0.97, 0.96))]
    *_, first, second = recipe.table([*default, *without]).splitlines()
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


def test_recipes_are_trained_without_test_images(
    raw: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # a process imports torch, which is most of the test
    other = f"{SMALL} train.learning_rate=0.000001"
    tuning.main([SMALL, other, SMALL], 1, raw)
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"| {SMALL} | ")
    assert second.startswith(f"| {other} | ")
    assert float(second.split("|")[3].split("±")[0]) < -10


def test_a_wrong_recipe_is_refused_before_any_run(raw: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.epoch.*: unknown parameter"):
        tuning.main([SMALL, "train.epoch=3"], 2, raw)
