from pathlib import Path

import pytest

from benchmarks import recipe


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recipe, "RESULTS", tmp_path / "recipe.csv")
    return tmp_path / "recipe.csv"


def row(name: str, seed: int, accuracy: float) -> dict[str, object]:
    values = (name, seed, accuracy, round(10_000 * (1 - accuracy)), 0.005, 32_154, 40.0, recipe.RUNS[name][1])
    return dict(zip(recipe.COLUMNS, values, strict=True))


def test_what_a_part_adds_is_taken_over_the_same_seeds(results: Path) -> None:
    for seed, accuracy in enumerate((0.98, 0.99, 0.95)):
        recipe.record(row("default", seed, accuracy))
    for seed, accuracy in enumerate((0.97, 0.96)):
        recipe.record(row("without batch norm", seed, accuracy))
    *_, default, without = recipe.table().splitlines()
    assert default.startswith("| default | 97.33 ± 2.08 |  | 95.00 | 0.0050 | 3 | 32,154 | 40 |")
    assert without.startswith("| without batch norm | 96.50 ± 0.71 | 2.00 ± 1.00 | 96.00 |")
    assert results.exists()


def test_rows_stand_in_order_and_a_newer_one_replaces_an_older(results: Path) -> None:
    for name, seed, accuracy in (("plain", 0, 0.95), ("default", 1, 0.99), ("default", 0, 0.5), ("default", 0, 0.98)):
        recipe.record(row(name, seed, accuracy))
    lines = [line.split(",")[:3] for line in results.read_text().splitlines()]
    assert lines == [
        ["name", "seed", "accuracy"],
        ["default", "0", "0.98"],
        ["default", "1", "0.99"],
        ["plain", "0", "0.95"],
    ]


def test_a_run_that_is_there_is_not_repeated(results: Path) -> None:
    for name, (seeds, _) in recipe.RUNS.items():
        for seed in range(seeds):
            recipe.record(row(name, seed, 0.9))
    before = results.read_bytes()
    recipe.main([])
    assert results.read_bytes() == before


def test_every_run_is_a_valid_change_of_the_parameters() -> None:
    default = recipe.parameters("")
    for name, (_, overrides) in recipe.RUNS.items():
        assert (recipe.parameters(overrides) == default) == (name == "default")
