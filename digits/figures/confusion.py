"""Which classes are taken for which others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from digits.figures.images import is_long
from digits.figures.style import shorten, wrap

MAX_COUNTED = 30  # classes; the counts of more could not be read
NAME_WIDTH = 24  # characters of a line at an axis


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
