"""Every picture of the project. Right and wrong differ in colour, in frame and in the sign before the label."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from digits.data.arrays import Images
from digits.pipeline.files import write_whole
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
    height, between = (2.1, "\n") if wide((*actual, *predicted)) else (1.75, "  ")
    figure = Figure(figsize=(1.55 * COLUMNS, height * rows + 0.55), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(images) :]:
        axis.set_axis_off()
    for axis, image, truth, guess, sure in zip(axes, images, actual, predicted, confidence, strict=False):
        answer(axis, image, truth, guess, sure, between=between)
    return figure


def wide(names: Iterable[str]) -> bool:
    """Whether the names of classes need lines of their own above a picture."""
    return max(map(len, names), default=0) > 3


def answer(axis: Axes, image: Images, truth: str, guess: str, sure: float, *, between: str = "  ") -> None:
    """One image [28, 28] in a frame that says right or wrong; `between` stands between label and confidence."""
    right = truth == guess
    colour = RIGHT if right else WRONG
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
    percent = ">99%" if sure > 0.995 else f"{sure:.0%}"  # a network is never 100 % sure
    parts = [f"✓ {short(guess)}"] if right else [f"✗ {short(guess)},", f"is {short(truth)}"]
    long = wide((truth, guess))
    text = "\n".join([*parts, f"({percent})"]) if long else f"{' '.join(parts)}{between}({percent})"
    axis.set_title(text, color=colour, fontsize=9 if long else 10, fontweight="bold")


def short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def distortions(images: Images) -> Figure:
    """A row a class of images uint8 [classes, versions, 28, 28]: one as it is, then distorted versions of it."""
    rows, versions = images.shape[:2]
    figure = Figure(figsize=(0.8 * versions, 0.8 * rows + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    for (row, version), axis in np.ndenumerate(figure.subplots(rows, versions, squeeze=False)):
        axis.imshow(images[row, version], cmap="gray_r", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        for spine in axis.spines.values():
            spine.set(linewidth=2 if version == 0 else 0.3)
    return figure


def loss_curves(history: pd.DataFrame, epoch: int) -> Figure:
    """Training and test loss from epoch 0 to `epoch`, logarithmic: the later epochs would lie flat otherwise."""
    shown = history[history["epoch"] <= epoch]
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axis = figure.subplots()
    axis.plot(
        shown["epoch"], shown["train_loss"], color=TRAIN, linestyle="--", marker="o", markersize=3, label="training"
    )
    axis.plot(shown["epoch"], shown["test_loss"], color=TEST, marker="s", markersize=3, label="test")
    axis.set(title=f"Loss up to epoch {epoch}", xlabel="epoch", ylabel="cross-entropy (nats, log scale)", yscale="log")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_locator=NullLocator())
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return figure


def confusion_matrix(predictions: pd.DataFrame, classes: Sequence[str]) -> Figure:
    """Counts by actual and predicted class, blue where right; the oranger, the more mistakes."""
    n, number = len(classes), {name: n for n, name in enumerate(classes)}
    counts, right = np.zeros((n, n), dtype=int), np.eye(n, dtype=bool)
    actual, predicted = (predictions[column].map(number).to_numpy(dtype=int) for column in ("actual", "predicted"))
    np.add.at(counts, (actual, predicted), 1)
    mistakes = np.where(right, 0, counts)
    shades = 0.15 + 0.4 * np.sqrt(mistakes / max(1, mistakes.max()))  # the root lets single mistakes show
    side = 6 * max(1.0, min(n, MOST) / 10) ** 0.7
    figure = Figure(figsize=(side + 0.4, side), layout="constrained")
    axis = figure.subplots()
    axis.imshow(np.where(mistakes > 0, shades, np.nan), cmap="Oranges", vmin=0, vmax=1)
    axis.imshow(np.where(right, 0.85, np.nan), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts) if n <= MOST else ():
        colour = "white" if row == column else "black"
        axis.text(column, row, str(count) if count else "", ha="center", va="center", color=colour, fontsize=9)
    wrong = len(predictions) - int(np.trace(counts))
    axis.set(title=f"{wrong:,} of {len(predictions):,} test images wrong", xlabel="predicted", ylabel="actual")
    named = list(map(short, classes))
    size, tilt = (10 if n <= MOST else 4), (90 if wide(named) else 0)
    axis.set_xticks(range(n), named, fontsize=size, rotation=tilt)
    axis.set_yticks(range(n), named, fontsize=size)
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
    style = {"color": TEST, "marker": "s", "markersize": 5, "linestyle": "", "clip_on": False}
    upper.errorbar(mean_confidence, accuracy, reach, label="this model, ± 95 %", **style)
    upper.set(title="Is it as often right as it is sure?", ylabel="fraction right", xlim=(0, 1), ylim=(0, 1.02))
    upper.grid(alpha=0.3)
    upper.legend(frameon=False)
    histogram(lower, confidence)
    return figure


def histogram(axis: Axes, confidence: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    axis.hist(confidence, bins=np.linspace(0, 1, 16).tolist(), color=TEST, edgecolor="white")
    axis.set(xlabel="confidence", ylabel="images", yscale="log")
    axis.yaxis.set_major_formatter("{x:,g}")
    axis.grid(alpha=0.3)
