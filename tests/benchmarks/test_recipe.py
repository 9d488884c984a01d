"""Recipes are compared over equal seeds, and tuned on images that are no test images."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import recipe, tuning
from benchmarks.scaling import TRAININGS
from digits.data.idx import read_split
from studies.trials import run
from studies.trials.trial import Parameters
from tests.drawing import Split, draw, write_raw

RESULT = {"loss": 0.1, "errors": 300, "expected_calibration_error": 0.005, "parameters": 32_154, "seconds": 40.0}


def test_the_difference_is_over_the_seeds_that_both_have() -> None:
    right = {"default": (0.98, 0.99, 0.95), "without": (0.97, 0.96)}
    *_, first, second = recipe.make_table(
        [
            RESULT | {"name": name, "seed": seed, "accuracy": accuracy}
            for name, accuracies in right.items()
            for seed, accuracy in enumerate(accuracies)
        ]
    ).splitlines()
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


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Epochs and seed of each trial that was computed, as far as tests say so; more epochs are better."""
    seen: list[tuple[int, int]] = []

    def compute_trials(
        tasks: Mapping[str, Parameters], raw: Path, *_: Any, **__: Any
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        assert (len(read_split(raw, "train")[0]), len(read_split(raw, "t10k")[0])) == (70, 30)
        for key, parameters in tasks.items():
            seen.append((parameters.train.epochs, parameters.train.seed))
            assert (parameters.subset.seed, parameters.train.threads) == (parameters.train.seed, 1)
            yield key, RESULT | {"accuracy": parameters.train.epochs / 10}

    monkeypatch.setattr(run, "compute_trials", compute_trials)
    return seen


def test_recipes_are_compared_without_test_images_and_only_what_is_missing_is_computed(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], computed: list[tuple[int, int]]
) -> None:
    kept = tmp_path / "tuning.csv"
    tuning.main(["train.epochs=9", "train.epochs=8", "train.epochs=9"], 2, raw, kept)
    assert sorted(computed) == [(8, 0), (8, 1), (9, 0), (9, 1)]
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("| train.epochs=9 | 90.00 ± 0.00 | +0.00 ")
    assert second.startswith("| train.epochs=8 | 80.00 ± 0.00 | -10.00 ")
    tuning.main(["", "train.epochs=8"], 3, raw, kept)
    assert sorted(computed[4:]) == [(2, 0), (2, 1), (2, 2), (8, 2)]
    assert capsys.readouterr().out.splitlines()[2].startswith("| params.yaml | ")
    header, *lines = kept.read_text().splitlines()
    assert header == ",".join([*recipe.COLUMNS, "key"])
    assert len(lines) == 8


def test_a_wrong_recipe_is_refused_before_any_run(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.epoch.*: unknown parameter"):
        tuning.main(["", "train.epoch=3"], 2, raw, tmp_path / "tuning.csv")
