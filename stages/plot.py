"""Draw every picture from what the other stages recorded."""

import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from digits.data.arrays import SIDE, Images, load_array, load_images
from digits.data.classes import read_classes
from digits.figures.charts import accuracy_by_class, calibration, confusion_matrix, coverage_curve, loss_curves
from digits.figures.images import augmented_images, digit_grid, overview
from digits.figures.png import save
from digits.params.plot import PlotParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.scoring import find_doubtful

MISTAKES = 20  # the most confident wrong answers that are pictured


def main(
    params: PlotParams,
    history: Path,
    predictions: Path,
    samples: Path,
    per_class: Path,
    coverage: Path,
    images: Path,
    classes: Path,
    augmented: Path,
    out: Path,
) -> None:
    test_images, epochs = load_images(images), pd.read_csv(history)
    answers, answers_by_epoch = read_answers(predictions), read_samples(samples)
    figures = {
        "overview": overview(answers_by_epoch, test_images, epochs),
        "augmented": augmented_images(load_array(augmented, (-1, -1, SIDE, SIDE))),
        "confusion": confusion_matrix(answers, read_classes(classes)),
        "calibration": calibration(answers),
        "mistakes": draw_mistakes(answers, test_images),
        "per_class": accuracy_by_class(read_answers(per_class)),
        "coverage": coverage_curve(pd.read_csv(coverage)),
        **draw_epochs(answers_by_epoch, test_images, epochs),
    }
    for name, figure in figures.items():
        save(figure, out / f"{name}.png", params.dpi)
    say(f"{len(figures)} pictures → {out}")


def read_answers(path: Path) -> pd.DataFrame:
    """Read a table of answers; classes are text, even where they look like numbers or like nothing."""
    table = pd.read_csv(path, dtype=dict.fromkeys(("actual", "predicted", "class"), str), keep_default_na=False)
    return table.copy()  # in one piece, or pandas warns of hundreds of classes' columns


def read_samples(path: Path) -> pd.DataFrame:
    """Read the answers of each snapshot, whose confidence is the highest of their probabilities."""
    samples = read_answers(path)
    return samples.assign(confidence=samples.filter(regex=r"^p\d+$").max(axis=1))


def draw_mistakes(answers: pd.DataFrame, images: Images) -> Figure:
    """Draw the most confident wrong answers; a label that most people reject has a dagger."""
    wrong = answers[answers["actual"] != answers["predicted"]]
    mistakes = wrong.sort_values(["confidence", "index"], ascending=False).head(MISTAKES)
    doubtful = find_doubtful(images[mistakes["index"].to_numpy()])
    title = "The most confident mistakes" if len(mistakes) else f"No mistakes on {len(images):,} test images"
    title += " († most people reject the label)" if doubtful.any() else ""
    mistakes = mistakes.assign(actual=mistakes["actual"].where(~doubtful, mistakes["actual"] + "†"))
    return answer_grid(title, mistakes, images)


def draw_epochs(samples: pd.DataFrame, images: Images, history: pd.DataFrame) -> dict[str, Figure]:
    """Draw for each snapshot its answers and, but for the untrained network, the loss up to there."""
    figures = {}
    for epoch in samples["epoch"].unique().tolist():
        answers = samples[samples["epoch"] == epoch]
        right = (answers["actual"] == answers["predicted"]).sum()
        title = f"Epoch {epoch}: {right} of {len(answers)} test images right"
        figures[f"epoch_{epoch:02d}_predictions"] = answer_grid(title, answers, images)
        if epoch > 0:
            figures[f"epoch_{epoch:02d}_loss"] = loss_curves(history, epoch)
    return figures


def answer_grid(title: str, answers: pd.DataFrame, images: Images) -> Figure:
    actual, predicted, confidence = (answers[name].tolist() for name in ("actual", "predicted", "confidence"))
    return digit_grid(title, images[answers["index"].to_numpy()], actual, predicted, confidence)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("plot", PlotParams), *map(Path, sys.argv[1:]))
