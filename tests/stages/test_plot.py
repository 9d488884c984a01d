import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digits import scoring
from stages import plot
from tests.drawing import draw
from tests.stages.conftest import SMALL, contents


def test_every_picture_is_drawn(run: Path, tmp_path: Path) -> None:
    names = ("history", "predictions", "samples", "per_class", "coverage")
    files = [run / "data" / name for name in ("subset/test_images.npy", "subset/classes.txt", "augmented.npy")]
    plot.main(SMALL["plot"], *(run / f"plots/{name}.csv" for name in names), *files, tmp_path / "images")
    drawn = contents(tmp_path / "images")
    pictures = ["augmented", "calibration", "confusion", "coverage", "epoch_00_predictions", "epoch_01_loss"]
    pictures += ["epoch_01_predictions", "epoch_02_loss", "epoch_02_predictions", "mistakes", "overview", "per_class"]
    assert list(drawn) == [f"{name}.png" for name in pictures]
    assert len(set(drawn.values())) == len(drawn)


def test_the_title_of_an_epoch_counts_what_is_right(run: Path) -> None:
    samples, history = plot.read_samples(run / "plots/samples.csv"), pd.read_csv(run / "plots/history.csv")
    right = (samples["actual"] == samples["predicted"])[20:40].sum()
    figures = plot.draw_epochs(samples, np.zeros((150, 28, 28), np.uint8), history)
    assert figures["epoch_01_predictions"].get_suptitle() == f"Epoch 1: {right} of 20 test images right"


def test_mistakes_are_the_most_confident_and_doubtful_ones_have_a_dagger(monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = draw(4, seed=0)
    columns = {"actual": ["3"] * 4, "predicted": ["5", "3", "8", "9"], "confidence": [0.5, 0.9, 0.7, 0.6]}
    monkeypatch.setattr(scoring, "DOUBTFUL", (zlib.crc32(images[2].tobytes()),))
    monkeypatch.setattr(plot, "digit_grid", lambda *shown: shown)
    monkeypatch.setattr(plot, "MISTAKES", 2)
    title, shown, *others = plot.draw_mistakes(pd.DataFrame({"index": range(4), **columns}), images)
    np.testing.assert_array_equal(shown, images[2:])
    assert list(map(list, others)) == [["3†", "3"], ["8", "9"], [0.7, 0.6]]
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
    assert plot.read_answers(tmp_path / "samples.csv").assign(more=1)["actual"].tolist() == ["None", "None"]
