import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from digits import scoring
from stages import plot
from tests.stages.conftest import SMALL, contents


def plot_in(run: Path, predictions: Path, out: Path) -> dict[str, bytes]:
    history, *tables = (run / f"plots/{name}.csv" for name in ("history", "samples", "per_class", "coverage"))
    files = [run / "data" / name for name in ("subset/test_images.npy", "subset/classes.txt", "augmented.npy")]
    plot.main(SMALL["plot"], history, predictions, *tables, *files, out)
    return contents(out)


def test_every_picture_is_drawn(run: Path, tmp_path: Path) -> None:
    drawn = plot_in(run, run / "plots/predictions.csv", tmp_path / "images")
    names = ["augmented", "calibration", "confusion", "coverage", "epoch_00_predictions", "epoch_01_loss"]
    names += ["epoch_01_predictions", "epoch_02_loss", "epoch_02_predictions", "mistakes", "overview", "per_class"]
    assert list(drawn) == [f"{name}.png" for name in names]
    assert len(set(drawn.values())) == len(drawn)


def test_mistakes_are_the_most_confident_ones_first(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {"actual": [3, 3, 3, 3], "predicted": [5, 3, 8, 9], "confidence": [0.5, 0.99, 0.7, 0.6]}
    pd.DataFrame({"index": range(4), **columns}).to_csv(tmp_path / "predictions.csv", index=False)
    shown: dict[str, tuple[object, ...]] = {}

    def record(title: str, images: np.ndarray, *columns: list[Any]) -> None:
        shown[title] = (len(images), *columns)

    monkeypatch.setattr(plot, "digit_grid", record)
    monkeypatch.setattr(plot, "save", lambda *_: None)
    monkeypatch.setattr(plot, "MISTAKES", 2)
    plot_in(run, tmp_path / "predictions.csv", tmp_path / "images")
    assert shown.pop("The most confident mistakes") == (2, ["3", "3"], ["8", "9"], [0.7, 0.6])
    samples = pd.read_csv(run / "plots/samples.csv")
    right = (samples["actual"] == samples["predicted"]).groupby(samples["epoch"]).sum()
    assert list(shown) == [f"Epoch {epoch}: {right[epoch]} of 20 test images right" for epoch in (0, 1, 2)]


def test_a_mistake_on_a_doubtful_label_has_a_dagger(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.arange(4 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(4, 28, 28) * np.uint8(3)
    columns = {"actual": ["3"] * 4, "predicted": ["5", "3", "8", "9"], "confidence": [0.5, 0.9, 0.7, 0.6]}
    answers = pd.DataFrame({"index": range(4), **columns})
    monkeypatch.setattr(scoring, "DOUBTFUL", (zlib.crc32(images[2].tobytes()),))
    monkeypatch.setattr(plot, "digit_grid", lambda *shown: shown)
    title, _, actual, predicted, _ = plot.draw_mistakes(answers, images)
    assert (actual, predicted) == (["3†", "3", "3"], ["8", "9", "5"])
    assert "† most people reject the label" in title


def test_a_run_without_mistakes_says_so() -> None:
    nothing = pd.DataFrame({"index": [], "actual": [], "predicted": [], "confidence": []}).astype(
        {"index": int, "actual": str}
    )
    figure = plot.draw_mistakes(nothing, np.zeros((2000, 28, 28), np.uint8))
    assert (figure.get_suptitle(), figure.axes) == ("No mistakes on 2,000 test images", [])


def test_hundreds_of_classes_are_read_without_a_warning(tmp_path: Path) -> None:
    classes = [f"p{number}" for number in range(256)]
    table = pd.DataFrame(np.full((2, 256), 0.5), columns=classes).assign(actual="None", predicted="7")
    table.to_csv(tmp_path / "samples.csv", index=False)
    read = plot.read_answers(tmp_path / "samples.csv")
    assert read.assign(confidence=read[classes].max(axis=1))["confidence"].tolist() == [0.5, 0.5]
    assert read["actual"].tolist() == ["None", "None"]
