"""Whether the network is as often right as it is sure."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from digits.figures.style import TEST, TRAIN
from digits.scoring import reliability, wilson_interval


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
    axis.yaxis.set(major_formatter="{x:,g}", minor_formatter=NullFormatter())
    axis.grid(alpha=0.3)
