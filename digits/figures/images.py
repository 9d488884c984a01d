"""Images, and the answers to them. Right and wrong differ in colour, in frame and in the sign before the label."""

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from digits.data.arrays import Images
from digits.figures.style import MAX_NAME_LENGTH, RIGHT, WRONG, format_confidence, wrap

COLUMNS = 5
LINE = 0.17  # inches, of a title in small letters
OVERVIEW_COLUMNS = 10
OVERVIEW_WIDTH = 11  # characters above an image


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    long = any(map(is_long, (*actual, *predicted)))
    texts = list(map(partial(name_answer, between="\n" if long else "  "), actual, predicted, confidence))
    height = 1.58 + LINE * count_lines(texts)
    figure = Figure(figsize=(1.55 * COLUMNS, height * math.ceil(len(images) / COLUMNS) + 0.55), layout="constrained")
    figure.suptitle(title)
    for axis, image, text in zip(make_grid(figure, len(images), COLUMNS), images, texts, strict=True):
        draw_answer(axis, image, text, fontsize=9 if long else 10)
    return figure


def overview(samples: pd.DataFrame, images: Images, history: pd.DataFrame) -> Figure:
    """The first test images as the network labels them, a row an epoch, beside the accuracy on all of them.

    `samples` has the columns epoch, index (into `images`), actual, predicted and confidence; `history` has epoch and
    test_accuracy (0 to 1).
    """
    shown = samples.groupby("epoch").head(OVERVIEW_COLUMNS)
    answers = zip(shown["actual"], shown["predicted"], shown["confidence"], strict=True)
    texts = [name_answer(*answer, between="\n", width=OVERVIEW_WIDTH) for answer in answers]
    epochs = shown["epoch"].unique()
    columns = len(shown) // len(epochs)
    height = 1.06 + LINE * count_lines(texts)
    figure = Figure(figsize=(columns + 1.2, height * len(epochs) + 0.3), layout="constrained")
    figure.suptitle("The same test images while the network learns")
    axes = make_grid(figure, len(shown), columns)
    size = 9 if any(map(is_long, shown["predicted"])) else 10
    for axis, index, text in zip(axes, shown["index"], texts, strict=True):
        draw_answer(axis, images[index], text, fontsize=size)
    accuracy = history.set_index("epoch")["test_accuracy"]
    for axis, epoch in zip(axes[::columns], epochs, strict=True):
        title = f"epoch {epoch}\n\n{accuracy[epoch]:.1%} of\nthe test set"
        axis.set_ylabel(title, rotation=0, ha="right", va="center", labelpad=12)
    return figure


def augmented_images(images: Images) -> Figure:
    """A row a class of images [classes, versions, 28, 28], of which the first version is the original."""
    rows, versions = images.shape[:2]
    figure = Figure(figsize=(0.8 * versions, 0.8 * rows + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    for axes, of_class in zip(figure.subplots(rows, versions, squeeze=False), images, strict=True):
        for version, (axis, image) in enumerate(zip(axes, of_class, strict=True)):
            draw_image(axis, image)
            for spine in axis.spines.values():
                spine.set(linewidth=0.3 if version else 2)
    return figure


def make_grid(figure: Figure | SubFigure, count: int, columns: int, **options: Any) -> list[Axes]:
    """Make `count` axes in rows of `columns`; the rest of the last row stays empty. options: of `Figure.subplots`."""
    if not count:
        return []
    axes = figure.subplots(math.ceil(count / columns), columns, squeeze=False, **options).ravel()
    for axis in axes[count:]:
        axis.set_axis_off()
    return list(axes[:count])


def is_long(name: str) -> bool:
    """Tell whether the name of a class needs a line of its own above an image."""
    return len(name) > 3


def name_answer(actual: str, predicted: str, confidence: float, *, between: str, width: int = MAX_NAME_LENGTH) -> str:
    """Name the class predicted, the actual one where it differs, and the confidence, in lines of `width` characters."""
    if actual == predicted:
        text = wrap(f"✓ {predicted}", width)
    else:
        comma = "\n" if is_long(actual) or is_long(predicted) else " "
        text = f"{wrap(f'✗ {predicted},', width)}{comma}{wrap(f'is {actual}', width)}"
    return f"{text}{between}({format_confidence(confidence)})"


def count_lines(texts: Iterable[str]) -> int:
    return max((text.count("\n") + 1 for text in texts), default=1)


def draw_answer(axis: Axes, image: Images, text: str, *, fontsize: int) -> None:
    """Draw one image [28, 28] in a frame that says right or wrong, as the text of `name_answer` does."""
    right = text.startswith("✓")
    colour = RIGHT if right else WRONG
    draw_image(axis, image)
    for spine in axis.spines.values():
        spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
    axis.set_title(text, color=colour, fontsize=fontsize, fontweight="bold")


def draw_image(axis: Axes, image: Images) -> None:
    """Draw one image [28, 28], dark on light, without ticks."""
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
