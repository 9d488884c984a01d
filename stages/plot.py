"""Draw every picture from what the other stages recorded."""

import sys
from pathlib import Path

import pandas as pd

from digits.data.arrays import Images
from digits.data.classes import read_classes
from digits.data.splits import load_split
from digits.figures.augmentation import augmented_images
from digits.figures.calibration import calibration
from digits.figures.confusion import confusion_matrix
from digits.figures.curves import loss_curves
from digits.figures.digit_grid import digit_grid
from digits.figures.overview import overview
from digits.figures.png import save
from digits.params.plot import PlotParams
from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params


def main(
    params: PlotParams,
    history: Path,
    predictions: Path,
    samples: Path,
    test: Path,
    classes: Path,
    augmented: Path,
    out: Path,
) -> None:
    names = read_classes(classes)
    images, _ = load_split(test, classes=len(names))
    epochs, answers, pictured = pd.read_csv(history), read_answers(predictions), read_answers(samples)
    pictured = pictured.assign(confidence=pictured[[f"p{n}" for n in range(len(names))]].max(axis=1))
    save(overview(pictured, images, epochs), out / "overview.png", params.dpi)
    for epoch, shown in pictured.groupby("epoch"):
        number = int(str(epoch))
        right = (shown["actual"] == shown["predicted"]).sum()
        title = f"Epoch {number}: {right} of {len(shown)} test images right"
        draw(title, shown, images, out / f"epoch_{number:02d}_predictions.png", params.dpi)
        if number:
            save(loss_curves(epochs, number), out / f"epoch_{number:02d}_loss.png", params.dpi)
    versions, labels = load_split(augmented, classes=len(names))
    versions = versions.reshape(len(set(labels.tolist())), -1, *versions.shape[1:])
    save(augmented_images(versions), out / "augmented.png", params.dpi)
    save(confusion_matrix(answers, names), out / "confusion.png", params.dpi)
    save(calibration(answers), out / "calibration.png", params.dpi)
    wrong = answers[answers["actual"] != answers["predicted"]].sort_values(["confidence", "index"], ascending=False)
    draw("The most confident mistakes", wrong.head(params.mistakes), images, out / "mistakes.png", params.dpi)
    print(f"{len(list(out.glob('*.png')))} pictures → {out}")


def read_answers(path: Path) -> pd.DataFrame:
    """A table of answers; classes are text, even where they look like numbers or like nothing."""
    table = pd.read_csv(path, dtype={"actual": str, "predicted": str}, keep_default_na=False)
    return table.copy()  # in one piece, or pandas warns of hundreds of classes' columns


def draw(title: str, shown: pd.DataFrame, images: Images, path: Path, dpi: int) -> None:
    pictures = images[shown["index"].to_numpy()]
    columns = (shown[column].tolist() for column in ("actual", "predicted", "confidence"))
    save(digit_grid(title, pictures, *columns), path, dpi)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("plot", PlotParams), *map(Path, sys.argv[1:]))
