from pathlib import Path
from typing import Any

import pytest
import yaml

from digits.data.classes import write_classes
from digits.pipeline.parameters import load_file
from studies.learning_curve import cells
from studies.learning_curve.cells import Cell, cells_of, cost, in_order, key_of, surroundings
from studies.learning_curve.params import PATH, Recipe, StudyParams
from studies.pipeline import Parameters, overridden
from tests.imports import ROOT


def test_there_is_a_cell_for_each_number_of_samples_and_seed(study: StudyParams, root: Parameters) -> None:
    made = cells_of(study, root)
    assert [(cell.samples, cell.seed) for cell in made] == [(n, s) for n in (60, 70, 200) for s in (0, 1)]
    for samples, seed, parameters in made:
        assert parameters.subset == root.subset.model_copy(update={"samples": samples, "seed": seed})
        assert (parameters.train.seed, parameters.train.threads, parameters.train.processes) == (seed, 1, 1)
        assert parameters.train.epochs == root.train.epochs


def test_the_first_recipe_that_reaches_applies(study: StudyParams, root: Parameters) -> None:
    recipes = [Recipe(up_to=10, set={"train.batch_size": 3}), Recipe(up_to=20, set={"train.batch_size": 5})]
    made = cells_of(study.model_copy(update={"samples": [20, 9, 11, 10], "seeds": [0], "recipes": recipes}), root)
    assert [(cell.samples, cell.parameters.train.batch_size) for cell in made] == [(9, 3), (10, 3), (11, 5), (20, 5)]


@pytest.mark.parametrize("key", ["subset.samples", "subset.seed", "train.seed", "train.threads", "train.processes"])
def test_a_recipe_cannot_set_what_the_study_sets(study: StudyParams, root: Parameters, key: str) -> None:
    wrong = study.model_copy(update={"recipes": [Recipe(up_to=60000, set={key: 1})]})
    with pytest.raises(ValueError, match=rf"params.yaml: recipes\[0\].set: '{key}': the study sets this itself"):
        cells_of(wrong, root)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"samples": [10, 10]}, "samples = [10, 10]: must hold each number once"),
        ({"samples": []}, "samples = [] (list): must have at least 1 item"),
        ({"samples": [70000]}, "recipes = [{'set': {}, 'up_to': 5000}, {'set': {"),
        ({"seeds": [-1]}, "seeds[0] = -1 (int): must be greater than or equal to 0"),
        ({"workers": "two"}, "workers = 'two' (str): must be a valid integer"),
        ({"recipes": [{"up_to": 60000}]}, "recipes[0].set: missing parameter"),
        ({"recipes": [{"up_to": 60000, "set": {}}, {"up_to": 5, "set": {}}]}, "recipes = "),
        ({"sample": [1]}, "sample = [1]: unknown parameter"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load((ROOT / PATH).read_text()) | change))
    with pytest.raises(ValueError, match=r"params\.yaml: ") as error:
        load_file(StudyParams, path)
    assert str(error.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(error.value)


@pytest.fixture
def around() -> dict[str, str]:
    return {"code": "1", "data": "2", "torch": "3", "numpy": "4", "processor": "5", "device": "6"}


@pytest.mark.parametrize("change", [{"train.epochs": 3}, {"model.deskew": False}, {"subset.test_samples": 7}])
def test_the_key_changes_with_a_parameter(root: Parameters, around: dict[str, str], change: dict[str, Any]) -> None:
    assert key_of(Cell(9, 0, root), around) != key_of(Cell(9, 0, overridden(root, change, "")), around)


def test_the_key_changes_with_code_and_data_and_not_with_the_machine(root: Parameters, around: dict[str, str]) -> None:
    cell = Cell(9, 0, root)
    changed = {name for name in around if key_of(cell, around | {name: "x"}) != key_of(cell, around)}
    assert changed == {"code", "data"}


def test_data_and_code_are_told_apart(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = surroundings(raw)
    assert surroundings(raw) == before
    labels = raw / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x09")
    relabelled = surroundings(raw)
    write_classes(raw / "classes.txt", ("a", "b"))
    assert len({before["data"], relabelled["data"], surroundings(raw)["data"]}) == 3
    monkeypatch.setattr(cells, "STAGES", ("subset", "train"))
    assert surroundings(raw)["code"] != before["code"]


def test_the_cheapest_comes_first_and_then_the_longest(study: StudyParams, root: Parameters) -> None:
    made = dict(zip("abcdef", cells_of(study, root), strict=True))
    ordered = in_order(made)
    costs = [cost(cell.parameters) for cell in ordered.values()]
    assert costs[0] == min(costs)
    assert costs[1:] == sorted(costs[1:], reverse=True)
    assert ordered == made


USUAL = {
    "subset.samples": 1000,
    "subset.test_samples": 10000,
    "model.channels": [24, 48],
    "model.padding": 0,
    "train.epochs": 20,
    "train.augment.copies": 6,
}


@pytest.mark.parametrize(
    ("change", "least"),
    [
        ({"subset.samples": 2000}, 1.5),
        ({"train.epochs": 40}, 2),
        ({"model.channels": [48, 96]}, 3),
        ({"model.padding": 1}, 1.5),
        ({"train.augment.copies": 12}, 1.5),
        ({"subset.test_samples": 10}, 0.5),
    ],
)
def test_cost_grows_with_what_takes_time(root: Parameters, change: dict[str, Any], least: float) -> None:
    usual = overridden(root, USUAL, "")
    assert least <= cost(overridden(usual, change, "")) / cost(usual) <= 1.4 * least


def test_a_training_of_no_epochs_costs_something(root: Parameters) -> None:
    assert cost(overridden(root, {"train.epochs": 0}, "")) > 0
