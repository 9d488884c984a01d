"""The picture of `python -m digits.predict --show`: what the network saw, and how probable it finds each class."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from digits.data.arrays import Images
from digits.data.handwriting.picture import open_picture
from digits.figures.images import draw_image, make_grid
from digits.figures.style import TEST, TRAIN, shorten
from digits.pipeline.errors import printable
from digits.reading.answers import Reading, format_percent
from digits.reading.numbers import Box

MAX_PANELS = 60  # of one picture
COLUMNS = 3
BARS = 11  # the likeliest classes, where there are more than ten digits and no digit
NAME_LENGTH = 24  # characters of a name that are shown


class Panel(NamedTuple):
    """An image under its name: one sign, [28, 28], beside its probabilities, or a picture with boxes and no bars."""

    name: str
    image: Images
    probabilities: list[float] | None
    boxes: list[Box]


def make_panels(file: Path, lines: list[list[Reading]]) -> Iterator[Panel]:
    """Show one sign as the network saw it; of a number also the picture, with a box around each sign."""
    name, signs = printable(file.name), [sign for line in lines for sign in line]
    if len(signs) > 1:
        picture = open_picture(file).convert("L")
        picture.thumbnail((400, 400))
        yield Panel(name, 255 - np.asarray(picture), None, [sign.box for sign in signs])
    for number, sign in enumerate(signs, 1):
        yield Panel(f"{name} {number}" if len(signs) > 1 else name, sign.image, sign.probabilities, [])


def seen(panels: Sequence[Panel], classes: Sequence[str]) -> Figure:
    """Draw each panel's image, and bars of its probabilities; the likeliest class's bar is filled."""
    panels = panels[:MAX_PANELS]
    columns = min(COLUMNS, len(panels))
    figure = Figure(figsize=(4.2 * columns, 2.1 * math.ceil(len(panels) / columns)), layout="constrained")
    axes = make_grid(figure, 2 * len(panels), 2 * columns, width_ratios=[1, 1.1] * columns)
    names = [shorten(name, NAME_LENGTH) for name in classes]
    for picture, bars, panel in zip(axes[::2], axes[1::2], panels, strict=True):
        draw_image(picture, panel.image)
        picture.set_title(shorten(panel.name, NAME_LENGTH), fontsize=9)
        height, width = panel.image.shape
        for left, top, right, bottom in panel.boxes:
            corner, size = (left * width, top * height), ((right - left) * width, (bottom - top) * height)
            picture.add_patch(Rectangle(corner, *size, fill=False, edgecolor=TEST, linewidth=1.5))
        if panel.probabilities is None:
            bars.set_axis_off()
        else:
            draw_bars(bars, np.array(panel.probabilities), names)
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
    axis.set_title(f"{classes[best]}  ({format_percent(row[best])})", fontsize=9, fontweight="bold")
    axis.spines[["top", "right"]].set_visible(False)
