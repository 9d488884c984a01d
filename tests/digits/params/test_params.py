import re
from pathlib import Path

import pytest

from digits.params.model import ModelParams
from digits.pipeline.parameters import validate
from tests.digits.params.conftest import changed
from tests.parameters import section

LIMITS: dict[str, tuple[float, float]] = {
    "subset.seed": (0, 2**32 - 1),
    "model.padding": (0, 1),
    "train.seed": (0, 2**32 - 1),
    "train.epochs": (0, 1_000_000),
    "train.batch_size": (1, 1_000_000),
    "train.max_grad_norm": (0, 1_000_000),
    "train.augment.rotate": (0, 180),
    "train.augment.shift": (0, 28),
    "train.augment.repeats": (1, 100),
    "train.processes": (1, 64),
    "train.threads": (1, 1024),
    "plot.dpi": (20, 600),
}
FRACTIONS = ("momentum", "weight_decay", "label_smoothing", "augment.scale", "augment.shear")


@pytest.mark.parametrize("key", LIMITS)
def test_the_limits_are_taken_and_what_lies_beyond_is_refused(tmp_path: Path, key: str) -> None:
    for limit, beyond in zip(LIMITS[key], (-1, 1), strict=True):
        changed(tmp_path / "params.yaml", key, limit)
        with pytest.raises(ValueError, match=rf"{key} = {limit + beyond} \(int\): must be "):
            changed(tmp_path / "params.yaml", key, limit + beyond)


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("download.dataset", "EMNIST", "(str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("download.sources", [], "(list): must have at least 1 item after validation, not 0"),
        ("download.pictures", "pixels", "(str): must be 'strokes' or 'plain'"),
        ("model.channels", [], "(list): must have at least 1 item after validation, not 0"),
        ("model.batch_norm", "on", "(str): must be a valid boolean"),
        ("train.learning_rate", 0, "(int): must be greater than 0"),
        ("train.learning_rate", 1e39, "(float): must be less than or equal to 1000"),
        ("train.learning_rate", "0.1", "(str): must be a valid number; write it without quotes"),
        ("train.schedule", "linear", "(str): must be 'constant' or 'one_cycle'"),
        *((f"train.{name}", 1, "(int): must be less than 1") for name in FRACTIONS),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, key: str, value: object, rule: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"params.yaml: {key} = {value!r} {rule}")):
        changed(tmp_path / "params.yaml", key, value)


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("model.channels", [16, 0], "model.channels[1] = 0 (int): must be greater than or equal to 1"),
        ("model.channels", [1025], "model.channels[0] = 1025 (int): must be less than or equal to 1024"),
        ("train.snapshots", [0, -1], "train.snapshots[1] = -1 (int): must be greater than or equal to 0"),
        ("download.sources", ["mirror", ""], "download.sources[1] = '' (str): must have at least 1 character"),
        ("subset.samples", 0, "subset.samples = 0: must be a whole number from 1 on, or all"),
        ("subset.samples", 300.0, "subset.samples = 300.0: must be a whole number from 1 on, or all"),
        ("subset.test_samples", "every", "subset.test_samples = 'every': must be a whole number from 1 on, or all"),
        *(("train.device", name, f"train.device = {name!r}: must be auto") for name in ("gpu", "cuda:", "cpu:0")),
    ],
)
def test_a_wrong_number_or_device_and_the_place_in_a_list_are_named(
    tmp_path: Path, key: str, value: object, refusal: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"params.yaml: {refusal}")):
        changed(tmp_path / "params.yaml", key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("download.sources", ["mirror", "package", "~/mnist", "..\\mnist", "my-pictures"]),  # there or not
        ("subset.samples", 1),
        ("subset.test_samples", "all"),
        *(("train.device", device) for device in ("auto", "cpu", "cuda", "cuda:15", "mps")),
    ],
)
def test_sources_numbers_and_devices_are_taken(tmp_path: Path, key: str, value: object) -> None:
    assert changed(tmp_path / "params.yaml", key, value).model_dump()[key.split(".")[1]] == value


@pytest.mark.parametrize(("padding", "most"), [(0, 2), (1, 4)])
def test_as_many_blocks_as_fit_are_taken_and_one_more_is_refused(padding: int, most: int) -> None:
    values = {"channels": [8] * most, "padding": padding, "batch_norm": True, "deskew": True}
    assert validate("model", ModelParams, values, "here").model_dump() == values
    channels = [8] * (most + 1)
    with pytest.raises(ValueError, match="model") as refused:
        validate("model", ModelParams, values | {"channels": channels}, "here")
    line = f"{most + 1} blocks do not fit 28 pixels with model.padding = {padding}: at most {most} do"
    assert str(refused.value) == f"here: model.channels = {channels}: {line}"
    with pytest.raises(ValueError, match=r"^here: model.padding = 2 \(int\): must be less than or equal to 1$"):
        validate("model", ModelParams, values | {"channels": [8, 16, 32], "padding": 2}, "here")


@pytest.mark.parametrize(
    ("epochs", "snapshots", "kept"),
    [(5, [0, 10], [0, 5]), (15, [10, 0, 10], [0, 10, 15]), (0, [0, 10], [0]), (3, [], [3])],
)
def test_kept_epochs_are_the_snapshots_reached_and_the_last(epochs: int, snapshots: list[int], kept: list[int]) -> None:
    assert section("train", epochs=epochs, snapshots=snapshots).kept_epochs() == kept
