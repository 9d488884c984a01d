import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from digits.data.arrays import load_array
from digits.network.weights import load_weights
from digits.training.batches import plain_batches
from digits.training.loop import Row, fit
from digits.training.loop import test_step as measure
from stages import train
from tests.clones import python
from tests.parameters import write
from tests.stages.conftest import contents, split_in, train_in

COLUMNS = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate"]


WRITTEN = ("data/augmented.npy", "metrics/train.json", "plots/history.csv")  # by stage train beside models/


def weights_in(root: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(root / "models").items() if name.endswith(".safetensors")}


def test_history_has_a_row_an_epoch(run: Path) -> None:
    header, *rows = list(csv.reader((run / "plots/history.csv").read_text().splitlines()))
    assert header == COLUMNS
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert all(0 <= float(row[column]) <= 1 for row in rows for column in (2, 4))
    assert float(rows[2][4]) > 0.5 > float(rows[0][4]), "it learned"
    assert b"\r" not in (run / "plots/history.csv").read_bytes()


def test_snapshots_reached_and_the_last_epoch_are_kept(run: Path) -> None:
    kept = weights_in(run)
    snapshots = [f"snapshots/epoch_00{epoch}.safetensors" for epoch in (0, 1, 2)]
    assert list(kept) == ["cnn.safetensors", *snapshots]
    assert kept["cnn.safetensors"] == kept[snapshots[2]]
    assert len(set(kept.values())) == 3


def test_metrics_are_the_last_row_s(run: Path) -> None:
    *_, last = csv.DictReader((run / "plots/history.csv").read_text().splitlines())
    model = load_weights(run / "models/cnn.safetensors")
    metrics = json.loads((run / "metrics/train.json").read_text())
    assert (metrics["accuracy"], metrics["loss"]) == (float(last["train_accuracy"]), float(last["train_loss"]))
    assert (metrics["epochs"], metrics["samples"]) == (2, 200)
    assert metrics["parameters"] == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_a_snapshot_is_the_model_its_row_measured(run: Path, epoch: int) -> None:
    row = list(csv.DictReader((run / "plots/history.csv").read_text().splitlines()))[epoch]
    images, labels = map(torch.tensor, split_in(run, "test"))
    model = load_weights(run / f"models/snapshots/epoch_00{epoch}.safetensors")
    loss, accuracy = measure(model, plain_batches(model, images, labels))
    assert (loss, accuracy) == (float(row["test_loss"]), float(row["test_accuracy"]))


def test_each_digit_s_first_training_image_is_kept_with_distorted_versions(run: Path) -> None:
    shown = load_array(run / "data/augmented.npy", (10, 8, 28, 28))
    images, labels = split_in(run, "train")
    for digit in range(10):
        np.testing.assert_array_equal(shown[digit, 0], images[labels == digit][0])
    assert len({image.tobytes() for image in shown.reshape(80, 28, 28)}) == 80


def test_every_snapshot_has_a_temperature_of_its_own(run: Path) -> None:
    temperatures = {load_weights(path).temperature.item() for path in (run / "models/snapshots").iterdir()}
    assert len(temperatures - {1.0}) == 3


def test_the_parameters_decide_every_byte(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    torch.manual_seed(99)  # whatever happened before
    train_in(tmp_path / "same", small, run / "data/subset")
    assert contents(tmp_path / "same") == {
        name: content for name, content in contents(run).items() if name.startswith("models/") or name in WRITTEN
    }
    train_in(tmp_path / "other", small | {"train": small["train"].model_copy(update={"seed": 1})}, run / "data/subset")
    weights = "models/snapshots/epoch_000.safetensors"
    assert contents(tmp_path / "other")[weights] != contents(run)[weights]


def test_training_is_given_the_parameters(
    run: Path, small: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []

    def record(*arguments: Any, **_: object) -> Iterator[Row]:
        given.extend(arguments)
        yield Row(0, 2.3, 0.1, 2.3, 0.1, 0.0)

    monkeypatch.setattr(train, "fit", record)
    changes = {"epochs": 0, "batch_size": 8, "learning_rate": 0.3, "seed": 7, "momentum": 0.5, "weight_decay": 0.125}
    model_params = small["model"].model_copy(update={"channels": [3, 5], "batch_norm": False})
    train_in(tmp_path, {"train": small["train"].model_copy(update=changes), "model": model_params}, run / "data/subset")
    model, batches, _, loss_fn, optimizer, _ = given
    assert model.params == model_params
    assert (batches.batch_size, batches.seed, loss_fn.label_smoothing) == (8, 7, small["train"].label_smoothing)
    [group] = optimizer.param_groups
    assert (group["initial_lr"], group["momentum"], group["nesterov"], group["weight_decay"]) == (0.3, 0.5, True, 0.125)


def test_without_epochs_the_untrained_model_is_the_result(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    train_in(tmp_path, small | {"train": small["train"].model_copy(update={"epochs": 0})}, run / "data/subset")
    assert list(weights_in(tmp_path)) == ["cnn.safetensors", "snapshots/epoch_000.safetensors"]
    assert len((tmp_path / "plots/history.csv").read_text().splitlines()) == 2


def test_history_is_written_as_training_goes(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    exploding = small["train"].model_copy(update={"learning_rate": 1e30})
    with pytest.raises(ValueError, match=r"epoch 1, batch \d+: the loss is not finite"):
        train_in(tmp_path, small | {"train": exploding}, run / "data/subset")
    assert [line.split(",")[0] for line in (tmp_path / "plots/history.csv").read_text().splitlines()] == ["epoch", "0"]
    assert not (tmp_path / "models/cnn.safetensors").exists()


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5, 6, 7])
def test_a_training_that_is_stopped_goes_on_to_the_same_bytes(
    run: Path, small: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    moments = iter(range(1, 100))
    with monkeypatch.context() as patch:
        for name in ("write_csv", "save_weights"):
            patch.setattr(train, name, interrupted(getattr(train, name), moments, moment))
        with pytest.raises(KeyboardInterrupt):
            train_in(tmp_path, small, run / "data/subset")
    shutil.rmtree(tmp_path / "models", ignore_errors=True)  # as DVC does before it runs the stage again
    shutil.rmtree(tmp_path / "plots", ignore_errors=True)
    train_in(tmp_path, small, run / "data/subset")
    assert not (tmp_path / "checkpoints").exists()
    made = contents(tmp_path)
    assert made == {name: content for name, content in contents(run).items() if name in made}
    assert {"models/cnn.safetensors", "plots/history.csv", "metrics/train.json"} <= set(made)


def interrupted(write: Callable[..., None], moments: Iterator[int], moment: int) -> Callable[..., None]:
    """Ctrl-C at the given one of all the moments in which a file is to be written."""

    def instead(*arguments: Any) -> None:
        if next(moments) == moment:
            raise KeyboardInterrupt
        write(*arguments)

    return instead


def test_it_goes_on_only_with_the_same_parameters(
    run: Path,
    small: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop_at_epoch_2(*arguments: Any, **named: Any) -> Iterator[Row]:
        for row in fit(*arguments, **named):
            if row.epoch == 2:
                raise KeyboardInterrupt
            yield row

    changed = small | {"train": small["train"].model_copy(update={"seed": 1})}
    monkeypatch.setattr(train, "fit", stop_at_epoch_2)
    for parameters in (small, changed):
        with pytest.raises(KeyboardInterrupt):
            train_in(tmp_path, parameters, run / "data/subset")
    assert "resuming" not in capsys.readouterr().err
    monkeypatch.undo()
    train_in(tmp_path, changed, run / "data/subset")
    assert "a checkpoint was found: resuming after epoch 1\n" in capsys.readouterr().err


def test_training_loads_neither_torchvision_nor_what_draws(run: Path, tmp_path: Path) -> None:
    """Each takes a second or more."""
    write(tmp_path, train={"epochs": 1})
    arguments = [str(run / "data/subset"), "models", "augmented.npy", "train.json", "history.csv", "checkpoints"]
    lines = [
        "import runpy, sys",
        f"sys.argv[1:] = {arguments}",
        "runpy.run_module('stages.train', run_name='__main__', alter_sys=True)",
        "print(*sys.modules)",
    ]
    ended = python(tmp_path, "-c", "\n".join(lines))
    loaded = set(ended.stdout.split())
    assert "torch" in loaded, ended.stderr
    assert not {"torchvision", "pandas", "matplotlib"} & loaded
