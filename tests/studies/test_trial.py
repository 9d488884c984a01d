import json
import re
from pathlib import Path

import pytest

from studies.trials.trial import Parameters, measure, override, read_parameters


def test_a_trial_gives_the_metrics_of_the_main_pipeline(finished: Path) -> None:
    result = measure(read_parameters(finished / "params.yaml"), finished / "data/raw")
    tested, trained = (json.loads((finished / f"metrics/{name}.json").read_text()) for name in ("test", "train"))
    assert result.pop("seconds") > 0
    assert result == tested | {
        "train_accuracy": trained["accuracy"],
        "validation_accuracy": json.loads((finished / "metrics/validation.json").read_text())["accuracy"],
        "train_loss": trained["loss"],
        "parameters": trained["parameters"],
    }


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
    ],
)
def test_an_unknown_key_or_a_wrong_value_is_refused(base: Parameters, key: str, value: int, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^here: {re.escape(reason)}"):
        override(base, {key: value}, "here")
