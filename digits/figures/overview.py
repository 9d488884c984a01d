"""The picture to look at first: the same test images, epoch by epoch."""

import pandas as pd
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.digit_grid import LINE, count_lines, draw_answer, has_long_names

COLUMNS = 10
WIDTH = 11  # characters above an image


def overview(samples: pd.DataFrame, images: Images, history: pd.DataFrame) -> Figure:
    """The first test images as the network labels them, a row an epoch, beside the accuracy on all of them.

    `samples` has the columns epoch, index (into `images`), actual, predicted and confidence; `history` has epoch and
    test_accuracy (0 to 1).
    """
    rows = [shown.head(COLUMNS) for _, shown in samples.groupby("epoch")]
    columns = max(map(len, rows))
    height = 1.4
    if has_long_names(samples["predicted"]):
        height = 1.35 + LINE * count_lines(samples["actual"], samples["predicted"], WIDTH)
    figure = Figure(figsize=(columns + 1.2, height * len(rows) + 0.3), layout="constrained")
    figure.suptitle("The same test images while the network learns")
    accuracy = history.set_index("epoch")["test_accuracy"]
    for axes, shown in zip(figure.subplots(len(rows), columns, squeeze=False), rows, strict=True):
        epoch = shown["epoch"].iloc[0]
        title = f"epoch {epoch}\n\n{accuracy[epoch]:.1%} of\nthe test set"
        axes[0].set_ylabel(title, rotation=0, ha="right", va="center", labelpad=12)
        values = (shown[name].tolist() for name in ("actual", "predicted", "confidence"))
        for axis, image, *labels in zip(axes, images[shown["index"].to_numpy()], *values, strict=True):
            draw_answer(axis, image, *labels, between="\n", width=WIDTH)
    return figure
