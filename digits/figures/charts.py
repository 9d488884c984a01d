"""The charts of a run: loss, calibration, what unsure answers cost, accuracy by class, and the confusion matrix."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from digits.figures.images import is_long
from digits.figures.style import TEST, TRAIN, VALIDATION, shorten, wrap
from digits.scoring import SURE, reliability, wilson_interval

Numbers = npt.NDArray[Any]

LINES: dict[str, dict[str, Any]] = {  # of the loss; dashes and markers too, since colour alone is not for everyone
    "train_loss": {"label": "training", "color": TRAIN, "linestyle": "--", "marker": "o"},
    "test_loss": {"label": "test", "color": TEST, "linestyle": "-", "marker": "s"},
    "validation_loss": {"label": "validation", "color": VALIDATION, "linestyle": ":", "marker": "^"},
}
POINTS: dict[str, Any] = {"color": TEST, "marker": "s", "markersize": 5, "linestyle": "", "clip_on": False}
LEAST_COVERAGE = 0.7  # below it almost nothing is wrong
MAX_NAMED = 60  # classes; more names could not be read
MAX_COUNTED = 30  # classes; the counts of more could not be read
NAME_WIDTH = 24  # characters of a line at an axis


def make_axes(height: float = 4) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, height), layout="constrained")
    axis = figure.subplots()
    axis.grid(alpha=0.3)
    return figure, axis


def loss_curves(history: pd.DataFrame, epoch: int) -> Figure:
    """Losses from epoch 0 to `epoch`, logarithmic: the later epochs would lie flat otherwise."""
    shown = history[history["epoch"] <= epoch]
    figure, axis = make_axes()
    for column, style in LINES.items():
        if column in shown:
            axis.plot(shown["epoch"], shown[column], markersize=3, **style)
    axis.set(title=f"Loss up to epoch {epoch}", xlabel="epoch", ylabel="cross-entropy (nats, log scale)", yscale="log")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_locator=NullLocator())
    axis.legend(frameon=False)
    return figure


def calibration(predictions: pd.DataFrame) -> Figure:
    """Accuracy by confidence, and how many images are that sure."""
    confidence = predictions["confidence"].to_numpy()
    correct = (predictions["actual"] == predictions["predicted"]).to_numpy()
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    mean_confidence, accuracy, images = reliability(confidence, correct).T
    upper.plot([0, 1], [0, 1], color=TRAIN, linestyle="--", label="confidence = accuracy")
    reach = interval_reach(np.rint(accuracy * images), images)
    upper.errorbar(mean_confidence, accuracy, reach, label="this model, ± 95 %", **POINTS)
    upper.set(title="Is it as often right as it is sure?", ylabel="fraction right", xlim=(0, 1), ylim=(0, 1.02))
    upper.legend(frameon=False)
    lower.hist(confidence, bins=np.linspace(0, 1, 16).tolist(), color=TEST, edgecolor="white")
    lower.set(xlabel="confidence", ylabel="images", yscale="log")
    lower.yaxis.set(major_formatter="{x:,g}", minor_formatter=NullFormatter())
    for axis in (upper, lower):
        axis.grid(alpha=0.3)
    return figure


def coverage_curve(coverage: pd.DataFrame) -> Figure:
    """Draw the error rate of the surest answers with its 95 % interval, and mark what `predict` leaves unanswered.

    coverage: rows of coverage, confidence, error_rate, low, high, by rising coverage.
    """
    shown = coverage[coverage["coverage"] >= LEAST_COVERAGE]
    share, rate, low, high = (100 * shown[name] for name in ("coverage", "error_rate", "low", "high"))
    figure, axis = make_axes()
    axis.fill_between(share, low, high, color=TEST, alpha=0.2, linewidth=0, label="95 % interval")
    axis.plot(share, rate, color=TEST, label="wrong among the answers")
    last = shown.index[shown["confidence"] >= SURE][-1:]  # none where the network is never so sure
    if len(last):
        label = f"predict answers: {SURE:.0%} sure or more"
        axis.plot(share[last], rate[last], color=TRAIN, marker="D", linestyle="", label=label)
    title = "How much may be left to the network?"
    axis.set(title=title, xlabel="images answered, the surest first (%)", ylabel="wrong among them (%)")
    axis.set(xlim=(100 * LEAST_COVERAGE, 100.3), ylim=(0, None))
    axis.legend(frameon=False, loc="upper left")
    return figure


def accuracy_by_class(table: pd.DataFrame) -> Figure:
    """Draw the accuracy of each class that has test images, with its 95 % interval.

    table: rows of class, samples, correct.
    """
    shown = table[table["samples"] > 0].iloc[::-1]
    figure, axis = make_axes(1.1 + 0.26 * min(len(shown), MAX_NAMED))
    correct, samples = shown["correct"].to_numpy(), shown["samples"].to_numpy()
    reach = 100 * interval_reach(correct, samples)
    axis.errorbar(100 * correct / samples, range(len(shown)), xerr=reach, **POINTS)
    named = list(map(shorten, shown["class"])) if len(shown) <= MAX_NAMED else []
    axis.set_yticks(range(len(named)), named)
    axis.set(title="Accuracy by class, with 95 % intervals", xlabel="test images right (%)")
    axis.set_ylim(-0.6, len(shown) - 0.4)
    return figure


def confusion_matrix(predictions: pd.DataFrame, classes: Sequence[str]) -> Figure:
    """Counts by actual and predicted class, blue where right; the oranger, the more mistakes."""
    n, right = len(classes), np.eye(len(classes), dtype=bool)
    counted = pd.crosstab(predictions["actual"], predictions["predicted"])
    counts = counted.reindex(index=list(classes), columns=list(classes), fill_value=0).to_numpy()
    mistakes = np.where(right, 0, counts)
    shades = 0.15 + 0.4 * np.sqrt(mistakes / max(1, mistakes.max()))  # the root lets single mistakes show
    side = 6 * max(1.0, min(n, MAX_COUNTED) / 10) ** 0.7
    names = 0.08 * max(0, min(NAME_WIDTH, max(map(len, classes))) - 10)  # inches; the counts keep their room
    figure = Figure(figsize=(side + 0.4 + names, side + names), layout="constrained")
    axis = figure.subplots()
    axis.imshow(np.where(mistakes > 0, shades, np.nan), cmap="Oranges", vmin=0, vmax=1)
    axis.imshow(np.where(right, 0.85, np.nan), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts) if n <= MAX_COUNTED else ():
        colour = "white" if row == column else "black"
        axis.text(column, row, str(count) if count else "", ha="center", va="center", color=colour, fontsize=9)
    wrong = len(predictions) - int(np.trace(counts))
    axis.set(title=f"{wrong:,} of {len(predictions):,} test images wrong", xlabel="predicted", ylabel="actual")
    named = [wrap(name, NAME_WIDTH) if n <= MAX_COUNTED else shorten(name, NAME_WIDTH) for name in classes]
    size, tilt = (10 if n <= MAX_COUNTED else 4), (90 if any(map(is_long, named)) else 0)
    axis.set_xticks(range(n), named, fontsize=size, rotation=tilt)
    axis.set_yticks(range(n), named, fontsize=size)
    return figure


def interval_reach(correct: Numbers, samples: Numbers) -> Numbers:
    """How far the 95 % interval of each of N accuracies reaches below and above it: [2, N]."""
    bounds = [wilson_interval(*counts) for counts in zip(correct, samples, strict=True)]
    return np.abs(np.transpose(bounds) - correct / samples)
