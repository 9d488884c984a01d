"""Images, and the answers to them. Right and wrong differ in colour, in frame and in the sign before the label."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from digits.data.arrays import Images
from digits.figures.style import MAX_NAME_LENGTH, RIGHT, WRONG, format_confidence, wrap

COLUMNS = 5
LINE = 0.15  # inches, of a title in small letters
OVERVIEW_COLUMNS = 10
OVERVIEW_WIDTH = 11  # characters above an image


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    long = has_long_names((*actual, *predicted))
    height = 1.65 + LINE * count_lines(actual, predicted) if long else 1.75
    figure = Figure(figsize=(1.55 * COLUMNS, height * math.ceil(len(images) / COLUMNS) + 0.55), layout="constrained")
    figure.suptitle(title)
    axes = make_grid(figure, len(images), COLUMNS)
    for axis, *answer in zip(axes, images, actual, predicted, confidence, strict=True):
        draw_answer(axis, *answer, between="\n" if long else "  ")
    return figure


def overview(samples: pd.DataFrame, images: Images, history: pd.DataFrame) -> Figure:
    """The first test images as the network labels them, a row an epoch, beside the accuracy on all of them.

    `samples` has the columns epoch, index (into `images`), actual, predicted and confidence; `history` has epoch and
    test_accuracy (0 to 1).
    """
    rows = [shown.head(OVERVIEW_COLUMNS) for _, shown in samples.groupby("epoch")]
    columns = max(map(len, rows))
    height = 1.4
    if has_long_names(samples["predicted"]):
        height = 1.35 + LINE * count_lines(samples["actual"], samples["predicted"], OVERVIEW_WIDTH)
    figure = Figure(figsize=(columns + 1.2, height * len(rows) + 0.3), layout="constrained")
    figure.suptitle("The same test images while the network learns")
    accuracy = history.set_index("epoch")["test_accuracy"]
    for axes, shown in zip(figure.subplots(len(rows), columns, squeeze=False), rows, strict=True):
        epoch = shown["epoch"].iloc[0]
        title = f"epoch {epoch}\n\n{accuracy[epoch]:.1%} of\nthe test set"
        axes[0].set_ylabel(title, rotation=0, ha="right", va="center", labelpad=12)
        answers = shown[["index", "actual", "predicted", "confidence"]].itertuples(index=False)
        for axis, (index, *answer) in zip(axes, answers, strict=True):
            draw_answer(axis, images[index], *answer, between="\n", width=OVERVIEW_WIDTH)
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


def has_long_names(names: Iterable[str]) -> bool:
    """Tell whether the names of classes need lines of their own above an image."""
    return max(map(len, names), default=0) > 3


def count_lines(actual: Iterable[str], predicted: Iterable[str], width: int = MAX_NAME_LENGTH) -> int:
    """Count the lines that the longest names of answers take above their image, without the confidence's."""
    answers = zip(actual, predicted, strict=True)
    return max((name_answer(*answer, width).count("\n") + 1 for answer in answers), default=1)


def name_answer(actual: str, predicted: str, width: int) -> str:
    """Name the class predicted and, where it differs, the actual one; long names in lines of `width` characters."""
    if actual == predicted:
        return wrap(f"✓ {predicted}", width)
    between = "\n" if has_long_names((actual, predicted)) else " "
    return f"{wrap(f'✗ {predicted},', width)}{between}{wrap(f'is {actual}', width)}"


def draw_answer(
    axis: Axes,
    image: Images,
    actual: str,
    predicted: str,
    confidence: float,
    *,
    between: str = "  ",
    width: int = MAX_NAME_LENGTH,
) -> None:
    """Draw one image [28, 28] in a frame that says right or wrong.

    `between` stands between label and confidence, `width` is that of a line in characters.
    """
    right, long = actual == predicted, has_long_names((actual, predicted))
    colour = RIGHT if right else WRONG
    draw_image(axis, image)
    for spine in axis.spines.values():
        spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
    text = f"{name_answer(actual, predicted, width)}{between}({format_confidence(confidence)})"
    axis.set_title(text, color=colour, fontsize=9 if long else 10, fontweight="bold")


def draw_image(axis: Axes, image: Images) -> None:
    """Draw one image [28, 28], dark on light, without ticks."""
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
