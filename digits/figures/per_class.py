"""How well each class is recognised."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from digits.figures.style import TEST, shorten
from digits.scoring import wilson_interval

MAX_NAMED = 60  # classes; more names could not be read


def accuracy_by_class(table: pd.DataFrame) -> Figure:
    """Draw the accuracy of each class that has test images, with its 95 % interval.

    table: rows of class, samples, correct.
    """
    shown = table[table["samples"] > 0].iloc[::-1]
    accuracy = (100 * shown["correct"] / shown["samples"]).to_numpy()
    bounds = [wilson_interval(*counts) for counts in zip(shown["correct"], shown["samples"], strict=True)]
    figure = Figure(figsize=(6.4, 1.1 + 0.26 * min(len(shown), MAX_NAMED)), layout="constrained")
    axis = figure.subplots()
    reach, places = np.abs(100 * np.transpose(bounds) - accuracy), range(len(shown))
    axis.errorbar(accuracy, places, xerr=reach, color=TEST, marker="s", markersize=5, linestyle="", clip_on=False)
    named = list(map(shorten, shown["class"])) if len(shown) <= MAX_NAMED else []
    axis.set_yticks(range(len(named)), named)
    axis.set(title="Accuracy by class, with 95 % intervals", xlabel="test images right (%)")
    axis.set_ylim(-0.6, len(shown) - 0.4)
    axis.grid(alpha=0.3)
    return figure
