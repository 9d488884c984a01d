from pathlib import Path
from typing import Any

import pytest
import yaml

from digits.data.classes import write_classes
from digits.pipeline.parameters import load_file
from studies.learning_curve.params import StudyParams
from studies.learning_curve.trials import fingerprint_environment, hash_trial, list_code, list_trials
from studies.pipeline import Parameters, override
from tests.imports import ROOT, reached

FINGERPRINT = {"code": "1", "data": "2", "torch": "3", "numpy": "4", "processor": "5", "device": "6"}


def test_there_is_a_trial_for_each_number_of_samples_and_seed(study: StudyParams, base: Parameters) -> None:
    trials = list_trials(study, base)
    expected = [(samples, seed) for samples in (60, 70, 200) for seed in (0, 1)]
    assert [(trial.subset.samples, trial.subset.seed) for trial in trials] == expected
    for trial in trials:
        assert trial.subset.test_samples == base.subset.test_samples
        assert (trial.train.seed, trial.train.threads, trial.train.processes) == (trial.subset.seed, 1, 1)
        assert trial.train.epochs == base.train.epochs


def test_the_recipe_that_reaches_least_far_applies(study: StudyParams, base: Parameters) -> None:
    recipes = {20: {"train.batch_size": 5}, 10: {"train.batch_size": 3}}
    given = study.model_copy(update={"samples": [20, 9, 11, 10], "seeds": [0], "recipes": recipes})
    sizes = [(trial.subset.samples, trial.train.batch_size) for trial in list_trials(given, base)]
    assert sizes == [(9, 3), (10, 3), (11, 5), (20, 5)]
    with pytest.raises(ValueError, match=r"params\.yaml: recipes: none is for as many samples as 21$"):
        list_trials(given.model_copy(update={"samples": [20, 21]}), base)


@pytest.mark.parametrize("key", ["subset.samples", "subset.seed", "train.seed", "train.threads", "train.processes"])
def test_a_recipe_cannot_set_what_the_study_sets(study: StudyParams, base: Parameters, key: str) -> None:
    with pytest.raises(ValueError, match=rf"params.yaml: recipes.200: '{key}': the study sets this itself"):
        list_trials(study.model_copy(update={"recipes": {200: {key: 1}}}), base)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"samples": [10, 10]}, "samples = [10, 10]: must hold each number once"),
        ({"seeds": []}, "seeds = [] (list): must have at least 1 item"),
        ({"recipes": {0: {}}}, "recipes[0].[key] = 0 (int): must be greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_refused(study: StudyParams, tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(study.model_dump() | change))
    with pytest.raises(ValueError, match=r"params\.yaml: ") as error:
        load_file(StudyParams, path)
    assert str(error.value).startswith(f"{path}: {reason}")


def test_the_key_changes_with_parameters_code_and_data_and_not_with_the_machine(base: Parameters) -> None:
    key = hash_trial(base, FINGERPRINT)
    for changed in ({"train.epochs": 3}, {"model.deskew": False}, {"subset.test_samples": 7}):
        assert hash_trial(override(base, changed, ""), FINGERPRINT) != key
    assert {name for name in FINGERPRINT if hash_trial(base, FINGERPRINT | {name: "x"}) != key} == {"code", "data"}


def test_data_and_classes_are_part_of_the_fingerprint(raw: Path) -> None:
    before = fingerprint_environment(raw)
    assert fingerprint_environment(raw) == before
    labels = raw / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x09")
    relabelled = fingerprint_environment(raw)
    write_classes(raw / "classes.txt", ("a", "b"))
    renamed = fingerprint_environment(raw)
    assert len({each["data"] for each in (before, relabelled, renamed)}) == 3
    assert len({each["code"] for each in (before, relabelled, renamed)}) == 1


def test_the_code_is_what_subset_and_train_depend_on() -> None:
    listed = {path.relative_to(ROOT).as_posix() for path in list_code(ROOT)}
    expected = reached(ROOT / "stages/subset.py") | reached(ROOT / "stages/train.py")
    assert {name for name in listed if not name.endswith("__init__.py")} == expected
    assert "stages/evaluate.py" not in listed, "a new metric would make every trial missing"
