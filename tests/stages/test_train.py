import csv
import json
import shutil
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from digits.data.arrays import load_array
from digits.network.weights import load_weights
from digits.training.batches import plain_batches
from digits.training.loop import test_step as measure
from stages import subset, train
from tests.parameters import section
from tests.stages.conftest import SMALL, contents, split_in, train_in

WRITTEN = ("data/augmented.npy", "metrics/train.json", "plots/history.csv")  # beside models/
OTHER: dict[str, object] = {"augment": SMALL["train"].augment.model_copy(update={"repeats": 1})}
OTHER |= {"batch_size": 8, "learning_rate": 0.05, "schedule": "constant", "momentum": 0.5, "weight_decay": 0.125}
OTHER |= {"label_smoothing": 0.2, "max_grad_norm": 0.1}


def changed(**changes: object) -> dict[str, Any]:
    return SMALL | {"train": SMALL["train"].model_copy(update=changes)}


def rows_in(root: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((root / "plots/history.csv").read_text().splitlines()))


def weights_in(root: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(root / "models").items() if name.endswith(".safetensors")}


def test_history_has_a_row_an_epoch_and_those_asked_for_and_the_last_are_kept(run: Path) -> None:
    rows = rows_in(run)
    columns = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate"]
    assert list(rows[0]) == [*columns, "validation_loss", "validation_accuracy"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert rows[1]["learning_rate"] == "0.070336832", "of 20 steps the tenth, and 0.1 at most"
    kept = weights_in(run)
    snapshots = [f"snapshots/epoch_00{epoch}.safetensors" for epoch in (0, 1, 2)]
    assert list(kept) == ["cnn.safetensors", *snapshots]
    assert kept["cnn.safetensors"] == kept[snapshots[2]]
    metrics, last = json.loads((run / "metrics/train.json").read_text()), rows[-1]
    assert (metrics["accuracy"], metrics["loss"]) == (float(last["train_accuracy"]), float(last["train_loss"]))
    assert (metrics["epochs"], metrics["samples"], metrics["parameters"]) == (2, 200, 5022)


def test_a_snapshot_is_the_model_its_row_measured_with_a_temperature_of_its_own(run: Path) -> None:
    splits = {name: tuple(map(torch.tensor, split_in(run, name))) for name in ("train", "test", "validation")}
    temperatures = {1.0}
    for row in rows_in(run):
        model = load_weights(run / f"models/snapshots/epoch_00{row['epoch']}.safetensors")
        for name, (images, labels) in splits.items():
            if name != "train" or row["epoch"] == "0":  # later it is measured as it is trained
                measured = measure(model, plain_batches(model, images, labels))
                assert measured == (float(row[f"{name}_loss"]), float(row[f"{name}_accuracy"]))
        temperatures.add(model.temperature.item())
    assert len(temperatures) == 4


def test_each_digit_s_first_training_image_is_kept_with_distorted_versions(run: Path) -> None:
    shown = load_array(run / "data/augmented.npy", (10, 8, 28, 28))
    images, labels = split_in(run, "train")
    for digit in range(10):
        np.testing.assert_array_equal(shown[digit, 0], images[labels == digit][0])
    assert len({image.tobytes() for image in shown.reshape(80, 28, 28)}) == 80


def test_the_parameters_decide_every_byte_also_without_epochs(run: Path, tmp_path: Path) -> None:
    torch.manual_seed(99)  # whatever happened before
    train_in(tmp_path / "same", SMALL, run / "data/subset")
    expected = contents(run)
    assert contents(tmp_path / "same") == {
        name: content for name, content in expected.items() if name.startswith("models/") or name in WRITTEN
    }
    train_in(tmp_path / "other", changed(seed=1, epochs=0), run / "data/subset")
    untrained = weights_in(tmp_path / "other")
    assert list(untrained) == ["cnn.safetensors", "snapshots/epoch_000.safetensors"]
    assert untrained["cnn.safetensors"] != expected["models/snapshots/epoch_000.safetensors"]
    assert len(rows_in(tmp_path / "other")) == 1


@pytest.mark.parametrize("name", OTHER)
def test_each_parameter_changes_the_network(run: Path, tmp_path: Path, name: str) -> None:
    train_in(tmp_path, changed(**{name: OTHER[name]}), run / "data/subset")
    assert weights_in(tmp_path)["cnn.safetensors"] != weights_in(run)["cnn.safetensors"]
    assert rows_in(tmp_path)[0] == rows_in(run)[0], "which is before any training"


@pytest.mark.parametrize(("batch_size", "place"), [(20, r"batch [2-9]"), (200, "batch 1")])
def test_a_loss_that_explodes_is_told_also_after_the_last_batch(
    run: Path, tmp_path: Path, batch_size: int, place: str
) -> None:
    with pytest.raises(ValueError, match=rf"^epoch 1, {place}: the loss is not finite; lower train\.learning_rate$"):
        train_in(tmp_path, changed(learning_rate=1e30, batch_size=batch_size, max_grad_norm=0.0), run / "data/subset")
    assert [row["epoch"] for row in rows_in(tmp_path)] == ["0"]
    assert not (tmp_path / "models/cnn.safetensors").exists()


@pytest.mark.parametrize("precision", ["bfloat16", "float32"])
def test_it_learns_digits_it_has_not_seen(run: Path, tmp_path: Path, precision: str) -> None:
    subset.main(section("subset", samples="all", validation=0), run / "data/raw", tmp_path / "data/subset")
    train_in(tmp_path, changed(epochs=4, precision=precision))
    last = rows_in(tmp_path)[-1]
    assert float(last["test_accuracy"]) >= 0.9
    assert not [name for name in last if name.startswith("validation")]


def interrupt(root: Path, params: dict[str, Any], subset: Path, moment: int) -> None:
    """Train, with Ctrl-C at the given one of all the moments in which a file is to be written."""
    moments = count(1)

    def interrupted(write: Callable[..., None], *arguments: Any) -> None:
        if next(moments) == moment:
            raise KeyboardInterrupt
        write(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("write_csv", "save_weights"):
            patch.setattr(train, name, partial(interrupted, getattr(train, name)))
        with pytest.raises(KeyboardInterrupt):
            train_in(root, params, subset)


@pytest.mark.parametrize("moment", [1, 4, 5, 7])
def test_a_training_that_is_stopped_goes_on_to_the_same_bytes(run: Path, tmp_path: Path, moment: int) -> None:
    interrupt(tmp_path, SMALL, run / "data/subset", moment)
    for name in ("models", "plots"):  # as DVC does before it runs the stage again
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    train_in(tmp_path, SMALL, run / "data/subset")
    assert not (tmp_path / "checkpoints").exists()
    made = contents(tmp_path)
    assert made.items() <= contents(run).items()
    assert {"models/cnn.safetensors", *WRITTEN} <= set(made)


def test_only_the_same_parameters_resume(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed(seed=1)
    for parameters in (SMALL, other):
        interrupt(tmp_path, parameters, run / "data/subset", 5)
    assert "resuming" not in capsys.readouterr().err
    train_in(tmp_path, other, run / "data/subset")
    assert "a checkpoint was found: resuming after epoch 1\n" in capsys.readouterr().err
