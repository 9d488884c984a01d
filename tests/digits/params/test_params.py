import math
import re
from functools import reduce
from pathlib import Path

import pytest

from digits.params.train import AugmentParams
from digits.pipeline.parameters import load_params, load_yaml
from digits.pipeline.section import Section
from stages.check import find_sections
from tests.imports import ROOT
from tests.parameters import section, write

BEYOND = {"subset.seed": 2**32, "train.seed": -1, "train.epochs": -1, "train.batch_size": 0, "model.padding": 2}
BEYOND |= {"train.max_grad_norm": -1, "train.augment.rotate": 181, "train.augment.shift": 29, "plot.dpi": 601}
BEYOND |= {"train.augment.repeats": 0, "train.processes": 65, "train.threads": 0, "train.learning_rate": 0}
BEYOND |= dict.fromkeys(("train.momentum", "train.weight_decay", "train.label_smoothing"), 1)
BEYOND |= dict.fromkeys(("train.augment.scale", "train.augment.shear"), 1)
SAMPLES = "must be a whole number from 1 on, or all"


def changed(folder: Path, key: str, value: object) -> Section:
    """Load the section of `key` from the tests' own parameters, written into `folder`, with `value` at `key`."""
    name, *inner = key.split(".")
    changes = reduce(lambda change, part: {part: change}, reversed(inner), value)
    return load_params(name, find_sections()[name], write(folder, **{name: changes}))


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        *((key, beyond, f" = {beyond} (int): must be ") for key, beyond in BEYOND.items()),
        ("download.dataset", "EMNIST", " = 'EMNIST' (str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("download.sources", [], " = [] (list): must have at least 1 item after validation, not 0"),
        ("download.sources", ["mirror", ""], "[1] = '' (str): must have at least 1 character"),
        ("download.pictures", "pixels", " = 'pixels' (str): must be 'strokes' or 'plain'"),
        ("model.batch_norm", "on", " = 'on' (str): must be a valid boolean"),
        ("model.channels", [16, 0], "[1] = 0 (int): must be greater than or equal to 1"),
        ("model.channels", [8] * 5, " = [8, 8, 8, 8, 8]: 5 blocks do not fit 28 pixels with model.padding = 1: at"),
        ("subset.samples", 0, f" = 0: {SAMPLES}"),
        ("subset.test_samples", "every", f" = 'every': {SAMPLES}"),
        ("subset.validation", 1.5, " = 1.5: must be a whole number from 0 on, or a fraction below 1"),
        ("subset.per_class", {7: "x"}, f" = {{7: 'x'}}: {SAMPLES}"),
        ("train.learning_rate", 1e39, " = 1e+39 (float): must be less than or equal to 1000"),
        ("train.learning_rate", "0.1", " = '0.1' (str): must be a valid number; write it without quotes"),
        *(("train.learning_rate", wrong, f" = {wrong} (") for wrong in (True, math.nan)),
        ("train.schedule", "linear", " = 'linear' (str): must be 'constant' or 'one_cycle'"),
        ("train.snapshots", [0, -1], "[1] = -1 (int): must be greater than or equal to 0"),
        *(("train.device", name, f" = {name!r}: must be auto") for name in ("gpu", "cuda:", "cpu:0")),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, key: str, value: object, refusal: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"params.yaml: {key}{refusal}")):
        changed(tmp_path, key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("download.sources", ["mirror", "package", "~/mnist", "..\\mnist", "my-pictures"]),  # there or not
        ("model.channels", [8] * 4),
        ("subset.test_samples", "all"),
        *(("train.device", device) for device in ("auto", "cpu", "cuda", "cuda:15", "mps")),
    ],
)
def test_sources_numbers_and_devices_are_taken(tmp_path: Path, key: str, value: object) -> None:
    assert changed(tmp_path, key, value).model_dump()[key.split(".")[1]] == value


def test_params_yaml_names_every_parameter() -> None:
    content, sections = load_yaml(ROOT / "params.yaml"), find_sections()
    assert {name: set(content[name]) for name in content} == {
        name: set(sections[name].model_fields) for name in sections
    }
    assert set(content["train"]["augment"]) == set(AugmentParams.model_fields)


@pytest.mark.parametrize(
    ("epochs", "snapshots", "kept"),
    [(5, [0, 10], [0, 5]), (15, [10, 0, 10], [0, 10, 15]), (0, [0, 10], [0]), (3, [], [3])],
)
def test_kept_epochs_are_the_snapshots_reached_and_the_last(epochs: int, snapshots: list[int], kept: list[int]) -> None:
    assert section("train", epochs=epochs, snapshots=snapshots).kept_epochs() == kept
