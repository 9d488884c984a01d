"""Every picture of the project. Right and wrong differ in colour, in frame and in the sign before the label."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from digits.files import write_whole
from digits.idx import Images, Labels
from digits.scoring import reliability, wilson_interval

RIGHT, WRONG = "#0a7d34", "#c8102e"
TRAIN, TEST = "#6b7280", "#0b5cad"
COLUMNS = 5
LONGEST = 14  # characters of a class's name that are shown
MOST = 30  # classes whose counts can be read in a confusion matrix


def save(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG that depends on the picture alone: no date, no version."""
    FigureCanvasAgg(figure)
    content = BytesIO()
    figure.savefig(content, format="png", dpi=dpi, metadata={"Software": None})
    write_whole(path, content.getvalue())


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    rows = max(1, -(-len(images) // COLUMNS))
    long = max(map(len, (*actual, *predicted)), default=0) > 3  # names, in lines of their own
    figure = Figure(figsize=(1.55 * COLUMNS, (2.1 if long else 1.75) * rows + 0.55), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(images) :]:
        axis.set_axis_off()
    for axis, image, truth, guess, sure in zip(axes, images, actual, predicted, confidence, strict=False):
        right = truth == guess
        colour = RIGHT if right else WRONG
        axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        for spine in axis.spines.values():
            spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
        percent = ">99%" if sure > 0.995 else f"{sure:.0%}"  # a network is never 100 % sure
        parts = [f"✓ {short(guess)}"] if right else [f"✗ {short(guess)},", f"is {short(truth)}"]
        text = "\n".join([*parts, f"({percent})"]) if long else f"{' '.join(parts)}  ({percent})"
        axis.set_title(text, color=colour, fontsize=9 if long else 10, fontweight="bold")
    return figure


def short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def distortions(images: Images, labels: Labels) -> Figure:
    """Rows of one class each, as `labels` changes: the image [28, 28] as it is, then distorted versions of it."""
    rows = len(np.unique(labels))
    versions = len(images) // rows
    figure = Figure(figsize=(0.8 * versions, 0.8 * rows + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    axes = figure.subplots(rows, versions, squeeze=False).flat
    for position, (axis, image) in enumerate(zip(axes, images, strict=True)):
        axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        for spine in axis.spines.values():
            spine.set(linewidth=2 if position % versions == 0 else 0.3)
    return figure


def loss_curves(history: pd.DataFrame, epoch: int) -> Figure:
    """Training and test loss from epoch 0 to `epoch`."""
    shown = history[history["epoch"] <= epoch]
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axis = figure.subplots()
    axis.plot(shown["epoch"], shown["train_loss"], color=TRAIN, linestyle="--", marker="o", markersize=3, label="train")
    axis.plot(shown["epoch"], shown["test_loss"], color=TEST, marker="s", markersize=3, label="test")
    axis.set(title=f"Loss up to epoch {epoch}", xlabel="epoch", ylabel="cross-entropy (nats)", ylim=(0, None))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return figure


def confusion_matrix(predictions: pd.DataFrame, classes: Sequence[str]) -> Figure:
    """Counts by actual and predicted class; colour shows the share of the actual class's images."""
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    number = {name: n for n, name in enumerate(classes)}
    actual, predicted = (predictions[column].map(number).to_numpy(dtype=int) for column in ("actual", "predicted"))
    np.add.at(counts, (actual, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 6 * max(1.0, min(len(classes), MOST) / 10) ** 0.7
    figure = Figure(figsize=(side + 0.4, side), layout="constrained")
    axis = figure.subplots()
    axis.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)  # the root lets single mistakes show
    for (row, column), count in np.ndenumerate(counts) if len(classes) <= MOST else ():
        colour = "white" if shares[row, column] > 0.3 else "black"
        axis.text(column, row, str(count) if count else "·", ha="center", va="center", color=colour, fontsize=9)
    wrong = len(predictions) - int(np.trace(counts))
    axis.set(title=f"{wrong:,} of {len(predictions):,} test images wrong", xlabel="predicted", ylabel="actual")
    named = list(map(short, classes))
    size, tilt = (10 if len(classes) <= MOST else 4), (90 if max(map(len, named)) > 3 else 0)
    axis.set_xticks(range(len(classes)), named, fontsize=size, rotation=tilt)
    axis.set_yticks(range(len(classes)), named, fontsize=size)
    return figure


def calibration(predictions: pd.DataFrame) -> Figure:
    """Accuracy by confidence, and how many images are that sure."""
    confidence = predictions["confidence"].to_numpy()
    correct = (predictions["actual"] == predictions["predicted"]).to_numpy()
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    mean_confidence, accuracy, images = reliability(confidence, correct).T
    bounds = [wilson_interval(round(share * n), int(n)) for share, n in zip(accuracy, images, strict=True)]
    reach = np.abs(np.transpose(bounds) - accuracy)
    upper.plot([0, 1], [0, 1], color=TRAIN, linestyle="--", label="confidence = accuracy")
    upper.errorbar(
        mean_confidence, accuracy, reach, color=TEST, marker="s", markersize=5, linestyle="", label="this model, ± 95 %"
    )
    upper.set(title="Is it as often right as it is sure?", ylabel="fraction right", xlim=(0, 1), ylim=(0, 1.02))
    upper.grid(alpha=0.3)
    upper.legend(frameon=False)
    histogram(lower, confidence)
    return figure


def histogram(axis: Axes, confidence: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    axis.hist(confidence, bins=np.linspace(0, 1, 16).tolist(), color=TEST, edgecolor="white")
    axis.set(xlabel="confidence", ylabel="images", yscale="log")
    axis.grid(alpha=0.3)
