"""The picture of `python -m digits.predict --show`: what the network saw, and how probable it finds each class."""

import warnings
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.style import TEST, TRAIN

MOST = 60  # files that one picture holds
COLUMNS = 3
BARS = 10  # the likeliest classes, where there are more
LONGEST = 24  # characters of a name that are shown


def seen(names: Sequence[str], images: Images, probabilities: list[list[float]], classes: Sequence[str]) -> Figure:
    """Each image [28, 28] under its name, beside bars of its probabilities; the likeliest class's bar is filled."""
    names = names[:MOST]
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(4.2 * columns, 2.1 * rows), layout="constrained")
    axes = figure.subplots(rows, 2 * columns, squeeze=False, width_ratios=[1, 1.1] * columns).reshape(-1, 2)
    for picture, bars in axes[len(names) :]:
        picture.set_axis_off()
        bars.set_axis_off()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name may have signs that the font has not
        for (picture, bars), name, image, row in zip(axes, names, images, probabilities, strict=False):
            picture.imshow(image, cmap="gray_r", vmin=0, vmax=255)
            picture.set(xticks=[], yticks=[])
            short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
            picture.set_title(short, fontsize=9, parse_math=False)
            draw_bars(bars, np.array(row), classes)
    return figure


def draw_bars(axis: Axes, row: np.ndarray[tuple[int], np.dtype[np.float64]], classes: Sequence[str]) -> None:
    shown = np.sort(np.argsort(-row, kind="stable")[:BARS])
    best = int(row.argmax())
    bars = axis.barh([classes[k][:LONGEST] for k in shown], row[shown], color="white", edgecolor=TRAIN)
    for k, bar in zip(shown, bars, strict=True):
        if k == best:
            bar.set(color=TEST, edgecolor=TEST)
    axis.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "50", "100 %"])
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.tick_params(labelsize=7, length=2)
    axis.set_title(
        f"{classes[best][:LONGEST]}  ({min(row[best], 0.999):.1%})", fontsize=9, fontweight="bold", parse_math=False
    )
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
