"""Recipes are compared over equal seeds, and tuned on images that are no test images."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import recipe
from benchmarks.scaling import TRAININGS

RIGHT = {"default": (0.98, 0.99, 0.95), "without": (0.97, 0.96)}  # by seed


def test_the_difference_is_over_the_seeds_that_both_have() -> None:
    others = {"expected_calibration_error": 0.005, "parameters": 32_154, "seconds": 40.0}
    each = [(name, seed, share) for name, shares in RIGHT.items() for seed, share in enumerate(shares)]
    rows = [{"name": name, "seed": seed, "accuracy": share, **others} for name, seed, share in each]
    *_, first, second = recipe.make_table(pd.DataFrame(rows)).splitlines()
    assert first == "| default | 97.33 ± 2.08 | +0.00 ± 0.00 | 95.00 | 0.0050 | 3 | 32,154 | 40 |"
    assert second == "| without | 96.50 ± 0.71 | -2.00 ± 1.00 | 96.00 | 0.0050 | 2 | 32,154 | 40 |"


@pytest.mark.parametrize("overrides", [*(overrides for _, overrides in recipe.RUNS.values()), *TRAININGS.values()])
def test_every_run_is_of_known_parameters(overrides: str) -> None:
    recipe.parameters(overrides)


def test_recipes_are_tuned_by_validation(raw: Path, tmp_path: Path, computed: list[tuple[int, int, int]]) -> None:
    kept = tmp_path / "tuning.csv"
    table = recipe.tune(["train.epochs=9", "train.epochs=8", "train.epochs=9"], 2, 0.25, raw, kept)
    assert sorted(computed) == [(200, 8, 0), (200, 8, 1), (200, 9, 0), (200, 9, 1)]
    *_, first, second = table.splitlines()
    assert first.startswith("| train.epochs=9 | 45.00 ± 0.00 | +0.00 "), "half the test accuracy, see `computed`"
    assert second.startswith("| train.epochs=8 | 40.00 ± 0.00 | -5.00 ")
    table = recipe.tune(["", "train.epochs=8"], 3, 0.25, raw, kept)
    assert sorted(computed[4:]) == [(200, 2, 0), (200, 2, 1), (200, 2, 2), (200, 8, 2)]
    assert table.splitlines()[2].startswith("| params.yaml | ")
    recipe.tune(["train.epochs=8"], 3, 0.5, raw, kept)
    assert len(computed) == 11, "other validation images are other trainings"


def test_a_wrong_recipe_is_refused_before_any_run(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.epoch.*: unknown parameter"):
        recipe.tune(["", "train.epoch=3"], 2, 0.25, raw, tmp_path / "tuning.csv")
