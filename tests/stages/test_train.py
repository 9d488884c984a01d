import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from digits.data.splits import load_split
from digits.network.cnn import CNN
from digits.network.preprocessing import unit
from digits.network.weights import load_weights
from digits.training.loop import Row, fit
from digits.training.loop import test_step as measure
from digits.training.optimizer import SGD
from stages import train
from tests.clones import python
from tests.parameters import write
from tests.stages.conftest import Params, contents, train_in

COLUMNS = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate"]


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
    assert json.loads((run / "metrics/train.json").read_text()) == {
        "accuracy": float(last["train_accuracy"]),
        "loss": float(last["train_loss"]),
        "epochs": 2,
        "samples": 200,
        "parameters": sum(p.numel() for p in model.parameters()),
    }


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_a_snapshot_is_the_model_its_row_measured(run: Path, epoch: int) -> None:
    row = list(csv.DictReader((run / "plots/history.csv").read_text().splitlines()))[epoch]
    images, labels = map(torch.from_numpy, load_split(run / "data/subset/test.npz", classes=10))
    model = load_weights(run / f"models/snapshots/epoch_00{epoch}.safetensors")
    loss, accuracy = measure(model, torch.cat([model.upright(unit(batch)) for batch in images.split(100)]), labels)
    assert (loss, accuracy) == (float(row["test_loss"]), float(row["test_accuracy"]))


def test_each_digit_s_first_training_image_is_kept_with_distorted_versions(run: Path) -> None:
    images, labels = load_split(run / "models/augmented.npz", classes=10)
    given, given_labels = load_split(run / "data/subset/train.npz", classes=10)
    assert labels.tolist() == [digit for digit in range(10) for _ in range(8)]
    for digit in range(10):
        np.testing.assert_array_equal(images[8 * digit], given[given_labels == digit][0])
    assert len({image.tobytes() for image in images}) == 80


def test_without_calibration_the_temperature_is_1(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    assert load_weights(run / "models/cnn.safetensors").temperature != 1
    uncalibrated = small["train"].model_copy(update={"epochs": 0, "calibrate": False})
    train_in(tmp_path, small | {"train": uncalibrated}, run / "data/subset")
    assert load_weights(tmp_path / "models/cnn.safetensors").temperature == 1


def test_the_parameters_decide_every_byte(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    torch.manual_seed(99)  # whatever happened before
    train_in(tmp_path / "same", small, run / "data/subset")
    assert contents(tmp_path / "same") == {
        name: content
        for name, content in contents(run).items()
        if name.startswith("models/") or name in ("metrics/train.json", "plots/history.csv")
    }
    train_in(tmp_path / "other", small | {"train": small["train"].model_copy(update={"seed": 1})}, run / "data/subset")
    weights = "models/snapshots/epoch_000.safetensors"
    assert contents(tmp_path / "other")[weights] != contents(run)[weights]


def test_training_is_given_the_parameters(
    run: Path,
    params: Params,
    fit_arguments: Callable[..., dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, Any] = {}

    def record(model: CNN, optimizer: SGD, *_: object, **arguments: object) -> Iterator[Row]:
        given.update(arguments, model=(model.channels, model.padding, model.batch_norm, model.deskew))
        given.update({name: getattr(optimizer, name) for name in ("momentum", "weight_decay")})
        yield Row(0, 2.3, 0.1, 2.3, 0.1, 0.0)

    monkeypatch.setattr(train, "fit", record)
    changes = {"epochs": 0, "batch_size": 8, "learning_rate": 0.3, "schedule": "constant", "seed": 7}
    of_sgd = {"momentum": 0.5, "weight_decay": 0.125}
    model = params("model", channels=[3, 5], padding=0, batch_norm=False, deskew=False)
    train_in(tmp_path, {"train": params("train", **changes, **of_sgd, threads=1), "model": model}, run / "data/subset")
    assert given == fit_arguments(**changes) | of_sgd | {"model": ((3, 5), 0, False, False)}


def test_without_epochs_the_untrained_model_is_the_result(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    train_in(tmp_path, small | {"train": small["train"].model_copy(update={"epochs": 0})}, run / "data/subset")
    assert list(weights_in(tmp_path)) == ["cnn.safetensors", "snapshots/epoch_000.safetensors"]
    assert len((tmp_path / "plots/history.csv").read_text().splitlines()) == 2


def test_history_is_written_as_training_goes(run: Path, small: dict[str, Any], tmp_path: Path) -> None:
    exploding = small["train"].model_copy(update={"learning_rate": 1e30})
    with pytest.raises(ValueError, match=r"epoch 1, batch \d+ of 10, .*: the loss is not finite"):
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
    assert "going on" not in capsys.readouterr().err
    monkeypatch.undo()
    train_in(tmp_path, changed, run / "data/subset")
    assert "a checkpoint was found: going on after epoch 1\n" in capsys.readouterr().err


def test_training_loads_neither_the_compiler_nor_torchvision(run: Path, tmp_path: Path) -> None:
    """Each takes a second or more."""
    write(tmp_path, train={"epochs": 1})
    arguments = [str(run / "data/subset"), "models", "train.json", "history.csv", "checkpoints"]
    lines = [
        "import runpy, sys",
        f"sys.argv[1:] = {arguments}",
        "runpy.run_module('stages.train', run_name='__main__', alter_sys=True)",
        "print(*sys.modules)",
    ]
    ended = python(tmp_path, "-c", "\n".join(lines))
    loaded = set(ended.stdout.split())
    assert "torch" in loaded, ended.stderr
    assert not {"torch._dynamo", "torch._inductor", "torchvision", "pandas", "matplotlib"} & loaded
