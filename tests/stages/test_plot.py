from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from digits.data.arrays import save_array
from digits.data.classes import write_classes
from stages import plot
from tests.drawing import CLASSES, Split
from tests.stages.conftest import contents

ALWAYS = ["augmented.png", "calibration.png", "confusion.png", "mistakes.png", "overview.png"]


def plot_in(root: Path, out: Path, small: dict[str, Any]) -> dict[str, bytes]:
    tables = [root / f"plots/{name}.csv" for name in ("history", "predictions", "samples")]
    files = [root / "data" / name for name in ("subset/test_images.npy", "subset/classes.txt", "augmented.npy")]
    plot.main(small["plot"], *tables, *files, out)
    return contents(out)


@pytest.fixture
def recorded(tmp_path: Path, drawn: tuple[Split, Split]) -> Path:
    """The tables of a run over 20 epochs with snapshots at 0, 10 and 20, and no mistake at the end."""
    images, labels = (array[:4] for array in drawn[1])
    save_array(tmp_path / "data/subset/test_images.npy", images)
    save_array(tmp_path / "data/augmented.npy", images[None, [0, 0]])
    write_classes(tmp_path / "data/subset/classes.txt", CLASSES)
    (tmp_path / "plots").mkdir()
    history = pd.DataFrame({"epoch": range(21), "train_loss": np.linspace(2.3, 0.1, 21)})
    history = history.assign(test_loss=history["train_loss"] + 0.1, test_accuracy=0.5)
    history.to_csv(tmp_path / "plots/history.csv", index=False)
    answers = pd.DataFrame({"index": range(4), "actual": labels, "predicted": labels, "confidence": 0.9})
    answers.to_csv(tmp_path / "plots/predictions.csv", index=False)
    probabilities = np.eye(10)[labels] * 0.89 + 0.01
    samples = pd.concat([answers.drop(columns="confidence").assign(epoch=epoch) for epoch in (0, 10, 20)])
    samples[[f"p{digit}" for digit in range(10)]] = np.tile(probabilities, (3, 1))
    samples.to_csv(tmp_path / "plots/samples.csv", index=False)
    return tmp_path


def test_every_picture_of_the_reference_experiment_is_drawn(recorded: Path, small: dict[str, Any]) -> None:
    pictures = plot_in(recorded, recorded / "plots/images", small)
    expected = [f"epoch_{epoch}_predictions.png" for epoch in ("00", "10", "20")]
    assert sorted(pictures) == sorted([*ALWAYS, *expected, "epoch_10_loss.png", "epoch_20_loss.png"])
    assert all(content.startswith(b"\x89PNG") for content in pictures.values())
    assert pictures["epoch_10_loss.png"] != pictures["epoch_20_loss.png"]


def test_a_run_s_own_snapshots_are_pictured_and_the_same_tables_are_the_same_bytes(
    run: Path, small: dict[str, Any], tmp_path: Path
) -> None:
    once, again = (plot_in(run, tmp_path / name, small) for name in "ab")
    epochs = [f"epoch_0{epoch}_{kind}.png" for epoch in (1, 2) for kind in ("loss", "predictions")]
    assert sorted(once) == sorted([*ALWAYS, "epoch_00_predictions.png", *epochs])
    assert once == again


def test_mistakes_are_the_most_confident_ones_first(
    recorded: Path, small: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"actual": [3, 3, 3, 3], "predicted": [5, 3, 8, 9], "confidence": [0.5, 0.99, 0.7, 0.6]}
    pd.DataFrame({"index": range(4), **columns}).to_csv(recorded / "plots/predictions.csv", index=False)
    shown: dict[str, tuple[object, ...]] = {}
    draw = plot.digit_grid

    def record(title: str, images: np.ndarray, *columns: list[Any]) -> object:
        shown[title] = (len(images), *columns)
        return draw(title, images, *columns)

    monkeypatch.setattr(plot, "digit_grid", record)
    monkeypatch.setattr(plot, "MISTAKES", 2)
    plot_in(recorded, recorded / "images", small)
    assert shown.pop("The most confident mistakes") == (2, ["3", "3"], ["8", "9"], [0.7, 0.6])
    assert list(shown) == [f"Epoch {epoch}: 4 of 4 test images right" for epoch in (0, 10, 20)]


def test_hundreds_of_classes_are_read_without_a_warning(tmp_path: Path) -> None:
    classes = [f"p{number}" for number in range(256)]
    table = pd.DataFrame(np.full((2, 256), 0.5), columns=classes).assign(actual="None", predicted="7")
    table.to_csv(tmp_path / "samples.csv", index=False)
    read = plot.read_answers(tmp_path / "samples.csv")
    assert read.assign(confidence=read[classes].max(axis=1))["confidence"].tolist() == [0.5, 0.5]
    assert read["actual"].tolist() == ["None", "None"]
