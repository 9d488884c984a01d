from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digits.params.train import TrainParams
from tests.digits.params.conftest import changed

LETTERS = "letters, digits and _./:=,@+-"
FRACTIONS = ("momentum", "weight_decay", "label_smoothing", "augment.scale", "augment.shear")
DEVICES = "must be 'auto', 'cpu', 'cuda' or 'mps'"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("seed", -1, "train.seed = -1 (int): must be greater than or equal to 0"),
        ("epochs", -1, "train.epochs = -1 (int): must be greater than or equal to 0"),
        ("epochs", 20.0, "train.epochs = 20.0 (float): must be a valid integer"),
        ("epochs", 1_000_001, "train.epochs = 1000001 (int): must be less than or equal to 1000000"),
        ("batch_size", 0, "train.batch_size = 0 (int): must be greater than or equal to 1"),
        ("learning_rate", 0, "train.learning_rate = 0 (int): must be greater than 0"),
        ("learning_rate", float("nan"), "train.learning_rate = nan (float): must be a finite number"),
        ("learning_rate", True, "train.learning_rate = True (bool): must be a valid number"),
        ("learning_rate", "fast", "train.learning_rate = 'fast' (str): must be a valid number"),
        (
            "learning_rate",
            "1e-3",
            "train.learning_rate = '1e-3' (str): must be a valid number; YAML reads 1e-3 as text, write 0.001",
        ),
        *(
            (
                "launcher",
                launcher,
                f"train.launcher = {launcher!r}: must be python or torchrun, and options of {LETTERS}",
            )
            for launcher in ("torchrun --standalone; id", "torchrun $(id)", "python\nid", "python ", "bash", "")
        ),
        ("schedule", "linear", "train.schedule = 'linear' (str): must be 'constant' or 'one_cycle'"),
        ("augment", None, "train.augment = None (NoneType): must be a valid dictionary or instance of Augment"),
        ("augment.rotate", 181, "train.augment.rotate = 181 (int): must be less than or equal to 180"),
        ("augment.shift", -1, "train.augment.shift = -1 (int): must be greater than or equal to 0"),
        ("augment.shift", 29, "train.augment.shift = 29 (int): must be less than or equal to 28"),
        ("augment.elastic", -1, "train.augment.elastic = -1 (int): must be greater than or equal to 0"),
        ("augment.elastic", 29, "train.augment.elastic = 29 (int): must be less than or equal to 28"),
        ("augment.copies", 0, "train.augment.copies = 0 (int): must be greater than or equal to 1"),
        ("augment.copies", 101, "train.augment.copies = 101 (int): must be less than or equal to 100"),
        ("augment.flip", 1, "train.augment.flip = 1: unknown parameter"),
        ("clip_norm", -1, "train.clip_norm = -1 (int): must be greater than or equal to 0"),
        ("precise_batch_norm", "yes", "train.precise_batch_norm = 'yes' (str): must be a valid boolean"),
        ("snapshots", 10, "train.snapshots = 10 (int): must be a valid list"),
        ("snapshots", [0, -1], "train.snapshots[1] = -1 (int): must be greater than or equal to 0"),
        ("threads", 0, "train.threads = 0 (int): must be greater than or equal to 1"),
        ("threads", 1025, "train.threads = 1025 (int): must be less than or equal to 1024"),
        ("device", "gpu", f"train.device = 'gpu' (str): {DEVICES}"),
        ("device", ["cpu"], f"train.device = ['cpu'] (list): {DEVICES}"),
        *((key, 1, f"train.{key} = 1 (int): must be less than 1") for key in FRACTIONS),
        *((key, -0.1, f"train.{key} = -0.1 (float): must be greater than or equal to 0") for key in FRACTIONS),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"train.{key}", value) == line


@pytest.mark.parametrize(("key", "value"), [("batch_size", 10**30), ("learning_rate", 1e39)])
def test_numbers_that_torch_cannot_take_are_refused(
    refusal: Callable[[str, object], str], key: str, value: float
) -> None:
    assert refusal(f"train.{key}", value).startswith(f"train.{key} = {value!r}")


@pytest.mark.parametrize(
    ("epochs", "snapshots", "kept"),
    [
        (20, [0, 10, 20], [0, 10, 20]),
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


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    section: Any = changed(tmp_path / "params.yaml", "train.learning_rate", 1)
    assert section.learning_rate == 1.0
