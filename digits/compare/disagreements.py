"""A picture of the images on which two runs disagree."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from digits.data.arrays import Images
from digits.figures.style import RIGHT, WRONG

COLUMNS = 10
SHOWN = 2 * COLUMNS  # of each kind of disagreement
HEIGHTS = {"title": 0.45, "heading": 0.4, "row": 1.55}  # inches


def disagreements(title: str, images: Images, kinds: dict[str, pd.DataFrame]) -> Figure:
    """The most confident mistakes of each kind, both answers above each image.

    images: uint8 [N, 28, 28]; kinds: by heading, rows of `index` (into images), `actual`, and `predicted_a`,
    `confidence_a`, `predicted_b`, `confidence_b`. A kind without rows is left out.
    """
    kinds = {heading: rows for heading, rows in kinds.items() if len(rows)}
    lines = [-(-min(len(rows), SHOWN) // COLUMNS) for rows in kinds.values()]
    heights = [HEIGHTS["heading"] + n * HEIGHTS["row"] for n in lines]
    figure = Figure(figsize=(1.15 * COLUMNS, HEIGHTS["title"] + sum(heights)), layout="constrained")
    figure.suptitle(title)
    parts = figure.subfigures(len(kinds), 1, squeeze=False, height_ratios=heights)[:, 0]
    for part, (heading, rows), n in zip(parts, kinds.items(), lines, strict=True):
        draw_kind(part, heading, rows, images, n)
    return figure


def draw_kind(part: SubFigure, heading: str, rows: pd.DataFrame, images: Images, lines: int) -> None:
    shown = rows.assign(sure=surest_mistake(rows)).sort_values(["sure", "index"], ascending=[False, True]).head(SHOWN)
    note = f", the {SHOWN} with the surest mistake shown" if len(rows) > SHOWN else ""
    part.suptitle(f"{heading}: {len(rows):,}{note}", x=0.004, ha="left", fontsize=11)
    axes = part.subplots(lines, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(shown) :]:
        axis.set_axis_off()
    for axis, row in zip(axes, shown.to_dict("records"), strict=False):
        axis.imshow(images[row["index"]], cmap="gray_r", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        if row["actual"] not in (row["predicted_a"], row["predicted_b"]):
            axis.set_xlabel(f"is {row['actual']}")
        for run, gap in (("a", 16), ("b", 4)):
            text, style = answer(run.upper(), row[f"predicted_{run}"], row["actual"], row[f"confidence_{run}"])
            axis.annotate(text, (0, 1), (0, gap), "axes fraction", "offset points", fontsize=9, **style)
        axis.set_title(" ", fontsize=9, pad=16)  # keeps room for the two lines


def answer(run: str, predicted: str, actual: str, confidence: float) -> tuple[str, dict[str, Any]]:
    """One run's line above an image, and how it looks: told apart by sign and weight, not by colour alone."""
    percent = ">99%" if confidence > 0.995 else f"{confidence:.0%}"
    if predicted == actual:
        return f"{run} ✓ {predicted}  {percent}", {"color": RIGHT}
    return f"{run} ✗ {predicted}  {percent}", {"color": WRONG, "fontweight": "bold"}


def surest_mistake(rows: pd.DataFrame) -> "pd.Series[float]":
    """The confidence of the wrong answer, the higher one where both are wrong."""
    wrong = {run: rows[f"confidence_{run}"].where(rows[f"predicted_{run}"] != rows["actual"], 0.0) for run in "ab"}
    return wrong["a"].combine(wrong["b"], max)
