import json
from pathlib import Path

import pytest

from studies.learning_curve.params import StudyParams
from studies.learning_curve.trials import list_trials
from studies.pipeline import Parameters, measure, override, read_parameters


def test_a_trial_gives_the_metrics_of_the_main_pipeline(finished: Path, study: StudyParams) -> None:
    asked = {"samples": [200], "seeds": [3], "recipes": {200: {}}}
    (trial,) = list_trials(study.model_copy(update=asked), read_parameters(finished / "params.yaml"))
    measured = measure(trial, finished / "data/raw")
    assert measured.test == json.loads((finished / "metrics/test.json").read_text())
    assert measured.trained == json.loads((finished / "metrics/train.json").read_text())


def test_values_are_replaced_by_section_and_key(base: Parameters) -> None:
    changed = override(base, {"train.augment.repeats": 1, "model.channels": [3, 5]}, "here")
    expected = base.model_dump()
    expected["train"]["augment"]["repeats"], expected["model"]["channels"] = 1, [3, 5]
    assert changed.model_dump() == expected


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("train.augment.copys", 1, "train.augment.copys = 1: unknown parameter"),
        ("train.epochs.x", 1, "train.epochs = {'x': 1} (dict): must be a valid integer"),
        ("epochs", 1, "epochs = 1: unknown parameter"),
        ("train.epochs", -1, "train.epochs = -1 (int): must be greater than or equal to 0"),
    ],
)
def test_an_unknown_key_or_a_wrong_value_is_refused(base: Parameters, key: str, value: int, reason: str) -> None:
    with pytest.raises(ValueError, match="here: ") as error:
        override(base, {key: value}, "here")
    assert str(error.value).startswith(f"here: {reason}")
