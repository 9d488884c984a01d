"""The picture of `python -m digits.predict --show`: what the network saw, and how probable it finds each class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.digit_grid import draw_image
from digits.figures.style import TEST, TRAIN, shorten

MAX_FILES = 60  # of one picture
COLUMNS = 3
BARS = 10  # the likeliest classes, where there are more
NAME_LENGTH = 24  # characters of a name that are shown


def seen(names: Sequence[str], images: Images, probabilities: list[list[float]], classes: Sequence[str]) -> Figure:
    """Each image [28, 28] under its name, beside bars of its probabilities; the likeliest class's bar is filled."""
    names = names[:MAX_FILES]
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(4.2 * columns, 2.1 * rows), layout="constrained")
    axes = figure.subplots(rows, 2 * columns, squeeze=False, width_ratios=[1, 1.1] * columns).reshape(-1, 2)
    for axis in axes[len(names) :].flat:
        axis.set_axis_off()
    for (picture, bars), name, image, row in zip(axes, names, images, probabilities, strict=False):
        draw_image(picture, image)
        picture.set_title(shorten(name, NAME_LENGTH), fontsize=9)
        draw_bars(bars, np.array(row), [shorten(name, NAME_LENGTH) for name in classes])
    return figure


def draw_bars(axis: Axes, row: np.ndarray[tuple[int], np.dtype[np.float64]], classes: Sequence[str]) -> None:
    """Draw a bar a class, numbered, not named, so that names which look the same when cut have bars of their own."""
    shown = np.sort(np.argsort(-row, kind="stable")[:BARS])
    best = int(row.argmax())
    bars = axis.barh(range(len(shown)), row[shown], color="white", edgecolor=TRAIN)
    bars[shown.tolist().index(best)].set(color=TEST, edgecolor=TEST)
    axis.set_yticks(range(len(shown)), [classes[k] for k in shown])
    axis.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "50", "100 %"])
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.tick_params(labelsize=7, length=2)
    axis.set_title(f"{classes[best]}  ({min(row[best], 0.999):.1%})", fontsize=9, fontweight="bold")
    axis.spines[["top", "right"]].set_visible(False)
