"""Images and their predicted classes. Right and wrong differ in colour, in frame and in the sign before the label."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.style import RIGHT, WRONG, short

COLUMNS = 5


def digit_grid(title: str, images: Images, actual: list[str], predicted: list[str], confidence: list[float]) -> Figure:
    """Images [N, 28, 28] with the class predicted for each and its confidence, and the actual one where it differs."""
    rows = max(1, -(-len(images) // COLUMNS))
    height, between = (2.1, "\n") if wide((*actual, *predicted)) else (1.75, "  ")
    figure = Figure(figsize=(1.55 * COLUMNS, height * rows + 0.55), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(images) :]:
        axis.set_axis_off()
    for axis, image, truth, guess, sure in zip(axes, images, actual, predicted, confidence, strict=False):
        answer(axis, image, truth, guess, sure, between=between)
    return figure


def wide(names: Iterable[str]) -> bool:
    """Whether the names of classes need lines of their own above a picture."""
    return max(map(len, names), default=0) > 3


def answer(axis: Axes, image: Images, truth: str, guess: str, sure: float, *, between: str = "  ") -> None:
    """One image [28, 28] in a frame that says right or wrong; `between` stands between label and confidence."""
    right = truth == guess
    colour = RIGHT if right else WRONG
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set(color=colour, linewidth=1.5 if right else 3, linestyle="-" if right else (0, (2, 1.2)))
    percent = ">99%" if sure > 0.995 else f"{sure:.0%}"  # a network is never 100 % sure
    parts = [f"✓ {short(guess)}"] if right else [f"✗ {short(guess)},", f"is {short(truth)}"]
    long = wide((truth, guess))
    text = "\n".join([*parts, f"({percent})"]) if long else f"{' '.join(parts)}{between}({percent})"
    axis.set_title(text, color=colour, fontsize=9 if long else 10, fontweight="bold")
