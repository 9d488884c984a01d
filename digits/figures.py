"""Every picture of the project. Right and wrong differ in colour, in frame and in the sign before the label."""

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


def save(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG that depends on the picture alone: no date, no version."""
    FigureCanvasAgg(figure)
    content = BytesIO()
    figure.savefig(content, format="png", dpi=dpi, metadata={"Software": None})
    write_whole(path, content.getvalue())


def digit_grid(title: str, images: Images, actual: list[int], predicted: list[int], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the label predicted for each and its confidence, and the actual one where it differs."""
    rows = max(1, -(-len(images) // COLUMNS))
    figure = Figure(figsize=(1.55 * COLUMNS, 1.75 * rows + 0.55), layout="constrained")
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
        label = f"✓ {guess}" if right else f"✗ {guess}, is {truth}"
        percent = ">99%" if sure > 0.995 else f"{sure:.0%}"  # a network is never 100 % sure
        axis.set_title(f"{label}  ({percent})", color=colour, fontsize=10, fontweight="bold")
    return figure


def distortions(images: Images, labels: Labels) -> Figure:
    """Rows of one digit each, as `labels` changes: the image [28, 28] as it is, then distorted versions of it."""
    digits = np.unique(labels)
    versions = len(images) // len(digits)
    figure = Figure(figsize=(0.8 * versions, 0.8 * len(digits) + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    for position, (axis, image) in enumerate(zip(figure.subplots(len(digits), versions).flat, images, strict=True)):
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


def confusion_matrix(predictions: pd.DataFrame) -> Figure:
    """Counts by actual and predicted digit; colour shows the share of the actual digit's images."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (predictions["actual"].to_numpy(), predictions["predicted"].to_numpy()), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.4, 6), layout="constrained")
    axis = figure.subplots()
    axis.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)  # the root lets single mistakes show
    for (actual, predicted), count in np.ndenumerate(counts):
        colour = "white" if shares[actual, predicted] > 0.3 else "black"
        axis.text(predicted, actual, str(count) if count else "·", ha="center", va="center", color=colour, fontsize=9)
    wrong = len(predictions) - int(np.trace(counts))
    axis.set(
        title=f"{wrong:,} of {len(predictions):,} test images wrong", xlabel="predicted digit", ylabel="actual digit"
    )
    axis.set(xticks=range(10), yticks=range(10))
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
