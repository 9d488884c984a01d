"""Images and their predicted classes. Right and wrong differ in colour, in frame and in the sign before the label."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.style import RIGHT, WRONG, format_confidence, shorten

COLUMNS = 5


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    rows = max(1, -(-len(images) // COLUMNS))
    height, between = (2.1, "\n") if has_long_names((*actual, *predicted)) else (1.75, "  ")
    figure = Figure(figsize=(1.55 * COLUMNS, height * rows + 0.55), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(images) :]:
        axis.set_axis_off()
    for axis, *shown in zip(axes, images, actual, predicted, confidence, strict=False):
        draw_answer(axis, *shown, between=between)
    return figure


def has_long_names(names: Iterable[str]) -> bool:
    """Tell whether the names of classes need lines of their own above an image."""
    return max(map(len, names), default=0) > 3


def draw_answer(
    axis: Axes, image: Images, actual: str, predicted: str, confidence: float, *, between: str = "  "
) -> None:
    """Draw one image [28, 28] in a frame that says right or wrong; `between` stands between label and confidence."""
    right = actual == predicted
    colour = RIGHT if right else WRONG
    draw_image(axis, image)
    for spine in axis.spines.values():
        spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
    percent = format_confidence(confidence)
    parts = [f"✓ {shorten(predicted)}"] if right else [f"✗ {shorten(predicted)},", f"is {shorten(actual)}"]
    long = has_long_names((actual, predicted))
    text = "\n".join([*parts, f"({percent})"]) if long else f"{' '.join(parts)}{between}({percent})"
    axis.set_title(text, color=colour, fontsize=9 if long else 10, fontweight="bold")


def draw_image(axis: Axes, image: Images) -> None:
    """Draw one image [28, 28], dark on light, without ticks."""
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
