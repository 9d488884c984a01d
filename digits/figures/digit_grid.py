"""Images and their predicted classes. Right and wrong differ in colour, in frame and in the sign before the label."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.style import MAX_NAME_LENGTH, RIGHT, WRONG, format_confidence, wrap

COLUMNS = 5
LINE = 0.15  # inches, of a title in small letters


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    rows = -(-len(images) // COLUMNS)
    long = has_long_names((*actual, *predicted))
    height = 1.65 + LINE * count_lines(actual, predicted) if long else 1.75
    figure = Figure(figsize=(1.55 * COLUMNS, height * rows + 0.55), layout="constrained")
    figure.suptitle(title)
    if not rows:
        return figure
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(images) :]:
        axis.set_axis_off()
    for axis, *shown in zip(axes, images, actual, predicted, confidence, strict=False):
        draw_answer(axis, *shown, between="\n" if long else "  ")
    return figure


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
