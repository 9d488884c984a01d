"""What each parameter may be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import validate
from tests.digits.params.conftest import changed

DEVICE = "must be auto, cpu, cuda, a GPU by its number such as cuda:0, or mps"
FRACTIONS = [
    f"train.{name}" for name in ("momentum", "weight_decay", "label_smoothing", "augment.scale", "augment.shear")
]


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("download.dataset", "EMNIST", "(str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("download.sources", [], "(list): must have at least 1 item after validation, not 0"),
        ("subset.samples", 0, "(int): must be greater than or equal to 1"),
        ("subset.samples", 300.0, "(float): must be a valid integer"),
        ("subset.test_samples", -5, "(int): must be greater than or equal to 1"),
        ("subset.seed", -1, "(int): must be greater than or equal to 0"),
        ("subset.seed", 2**32, "(int): must be less than 4294967296"),
        ("model.channels", [], "(list): must have at least 1 item after validation, not 0"),
        ("model.padding", -1, "(int): must be greater than or equal to 0"),
        ("model.padding", True, "(bool): must be a valid integer"),
        ("model.batch_norm", "on", "(str): must be a valid boolean"),
        ("train.seed", -1, "(int): must be greater than or equal to 0"),
        ("train.epochs", -1, "(int): must be greater than or equal to 0"),
        ("train.batch_size", 0, "(int): must be greater than or equal to 1"),
        ("train.batch_size", 10**30, "(int): must be less than or equal to 1000000"),
        ("train.learning_rate", 0, "(int): must be greater than 0"),
        ("train.learning_rate", 1e39, "(float): must be less than or equal to 1000"),
        ("train.learning_rate", "0.1", "(str): must be a valid number; write it without quotes"),
        ("train.schedule", "linear", "(str): must be 'constant' or 'one_cycle'"),
        ("train.max_grad_norm", -1, "(int): must be greater than or equal to 0"),
        ("train.augment.rotate", 181, "(int): must be less than or equal to 180"),
        ("train.augment.shift", 29, "(int): must be less than or equal to 28"),
        ("train.augment.repeats", 0, "(int): must be greater than or equal to 1"),
        ("train.augment.repeats", 101, "(int): must be less than or equal to 100"),
        ("train.processes", 0, "(int): must be greater than or equal to 1"),
        ("train.processes", 65, "(int): must be less than or equal to 64"),
        ("train.threads", 1025, "(int): must be less than or equal to 1024"),
        ("plot.dpi", 19, "(int): must be greater than or equal to 20"),
        ("plot.dpi", 601, "(int): must be less than or equal to 600"),
        *((key, 1, "(int): must be less than 1") for key in FRACTIONS),
        *((key, -0.1, "(float): must be greater than or equal to 0") for key in FRACTIONS),
    ],
)
def test_a_wrong_value_is_refused(refusal: Callable[[str, object], str], key: str, value: object, rule: str) -> None:
    assert refusal(key, value) == f"{key} = {value!r} {rule}"


def test_a_wrong_value_in_a_list_has_its_place(refusal: Callable[[str, object], str]) -> None:
    assert refusal("model.channels", [16, 0]) == "model.channels[1] = 0 (int): must be greater than or equal to 1"
    assert refusal("model.channels", [1025]) == "model.channels[0] = 1025 (int): must be less than or equal to 1024"
    assert refusal("train.snapshots", [0, -1]) == "train.snapshots[1] = -1 (int): must be greater than or equal to 0"
    empty = "download.sources[1] = '' (str): must have at least 1 character"
    assert refusal("download.sources", ["mirror", ""]) == empty


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("download.sources", ["mirror", "package", "~/mnist", "..\\mnist", "my-pictures"]),  # there or not
        *(("train.device", device) for device in ("auto", "cpu", "cuda", "cuda:15", "mps")),
    ],
)
def test_sources_and_devices_are_taken_by_name(tmp_path: Path, key: str, value: object) -> None:
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


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:one", "cpu:0", "CPU"])
def test_another_device_is_refused(refusal: Callable[[str, object], str], device: str) -> None:
    assert refusal("train.device", device) == f"train.device = {device!r}: {DEVICE}"


@pytest.mark.parametrize(
    ("epochs", "snapshots", "kept"),
    [
        (5, [0, 10, 20], [0, 5]),
        (30, [0, 10, 20], [0, 10, 20, 30]),
        (15, [10, 0, 10], [0, 10, 15]),
        (0, [0, 10], [0]),
        (3, [], [3]),
    ],
)
def test_kept_epochs_are_the_snapshots_reached_and_the_last(
    params: Callable[..., TrainParams], epochs: int, snapshots: list[int], kept: list[int]
) -> None:
    assert params("train", epochs=epochs, snapshots=snapshots).kept_epochs() == kept
