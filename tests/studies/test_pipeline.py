import json
from pathlib import Path

import pytest

from studies.learning_curve.cells import cells_of
from studies.learning_curve.params import Recipe, StudyParams
from studies.pipeline import Parameters, measure, overridden, read_parameters


def test_a_cell_gives_the_metrics_of_the_main_pipeline(finished: Path, study: StudyParams) -> None:
    asked = {"samples": [200], "seeds": [3], "recipes": [Recipe(up_to=200, set={})]}
    (cell,) = cells_of(study.model_copy(update=asked), read_parameters(finished / "params.yaml"))
    measured = measure(cell.parameters, finished / "data/raw")
    assert measured.test == json.loads((finished / "metrics/test.json").read_text())
    assert measured.trained == json.loads((finished / "metrics/train.json").read_text())


def test_values_are_replaced_by_section_and_key(root: Parameters) -> None:
    changed = overridden(root, {"train.augment.copies": 1, "model.channels": [3, 5]}, "here")
    assert (changed.train.augment.copies, changed.model.channels) == (1, [3, 5])
    assert changed.train.augment.model_copy(update={"copies": root.train.augment.copies}) == root.train.augment
    assert changed._replace(train=root.train, model=root.model) == root


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("train.epoch", 1, "'train.epoch': unknown parameter"),
        ("train.epochs.x", 1, "'train.epochs.x': unknown parameter"),
        ("train.augment.copys", 1, "'train.augment.copys': unknown parameter"),
        ("epochs", 1, "'epochs': unknown parameter: must be a section.key of subset, model, train"),
        ("plot.dpi", 1, "'plot.dpi': unknown parameter"),
        ("train", {}, "'train': unknown parameter"),
        ("", 1, "'': unknown parameter"),
        ("train.epochs", -1, "train.epochs = -1 (int): must be greater than or equal to 0"),
        ("train.epochs", "2", "train.epochs = '2' (str): must be a valid integer"),
    ],
)
def test_an_unknown_key_or_a_wrong_value_is_refused_in_one_line(
    root: Parameters, key: str, value: object, reason: str
) -> None:
    with pytest.raises(ValueError, match="here: ") as error:
        overridden(root, {key: value}, "here")
    assert str(error.value).startswith(f"here: {reason}")
    assert "\n" not in str(error.value)
