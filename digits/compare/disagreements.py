"""A picture of the images on which two runs disagree."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from digits.data.arrays import Images
from digits.figures.digit_grid import draw_image
from digits.figures.style import RIGHT, WRONG, format_confidence, shorten

COLUMNS = 10
HEADINGS = {"a": "A alone is right", "b": "B alone is right", "neither": "Neither is right"}
MAX_SHOWN = 2 * COLUMNS  # of each kind of disagreement
HEIGHTS = {"title": 0.45, "heading": 0.4, "row": 1.55}  # inches


def disagreements(title: str, images: Images, right: dict[str, pd.DataFrame]) -> Figure:
    """The most confident mistakes of each kind, both answers above each image.

    images: uint8 [N, 28, 28]; right: for each of HEADINGS rows of `index` (into images), `actual`, `predicted_a`,
    `confidence_a`, `predicted_b`, `confidence_b`. A kind without rows is left out.
    """
    kinds = {HEADINGS[who]: rows for who, rows in right.items() if len(rows)}
    lines = [-(-min(len(rows), MAX_SHOWN) // COLUMNS) for rows in kinds.values()]
    heights = [HEIGHTS["heading"] + n * HEIGHTS["row"] for n in lines]
    figure = Figure(figsize=(1.15 * COLUMNS, HEIGHTS["title"] + sum(heights)), layout="constrained")
    figure.suptitle(title)
    parts = figure.subfigures(len(kinds), 1, squeeze=False, height_ratios=heights)[:, 0]
    for part, (heading, rows), n in zip(parts, kinds.items(), lines, strict=True):
        draw_kind(part, heading, rows, images, n)
    return figure


def draw_kind(part: SubFigure, heading: str, rows: pd.DataFrame, images: Images, lines: int) -> None:
    confidence = find_mistakes_confidence(rows)
    shown = rows.assign(mistake=confidence).sort_values(["mistake", "index"], ascending=[False, True]).head(MAX_SHOWN)
    note = f", the {MAX_SHOWN} with the surest mistake shown" if len(rows) > MAX_SHOWN else ""
    part.suptitle(f"{heading}: {len(rows):,}{note}", x=0.004, ha="left", fontsize=11)
    axes = part.subplots(lines, COLUMNS, squeeze=False).ravel()
    for axis in axes[len(shown) :]:
        axis.set_axis_off()
    for axis, row in zip(axes, shown.to_dict("records"), strict=False):
        draw_image(axis, images[row["index"]])
        if row["actual"] not in (row["predicted_a"], row["predicted_b"]):
            axis.set_xlabel(f"is {shorten(str(row['actual']))}")
        axis.set_title(" ", fontsize=9, pad=16)  # keeps room for two lines
        draw_answer(axis, "A", row["predicted_a"], row["actual"], row["confidence_a"], above=16)
        draw_answer(axis, "B", row["predicted_b"], row["actual"], row["confidence_b"], above=4)


def draw_answer(axis: Axes, run: str, predicted: Any, actual: Any, confidence: float, *, above: int) -> None:
    """Write a run's line so many points above an image; right and wrong differ in sign and weight, not colour alone."""
    right = predicted == actual
    text = f"{run} {'✓' if right else '✗'} {shorten(str(predicted))}  {format_confidence(confidence)}"
    place = axis.annotate(text, (0, 1), (0, above), "axes fraction", "offset points", fontsize=9)
    place.set(color=RIGHT if right else WRONG, fontweight="normal" if right else "bold")


def find_mistakes_confidence(rows: pd.DataFrame) -> "pd.Series[float]":
    """Find the confidence of each wrong answer, the higher one where both runs are wrong."""
    of_run = {run: rows[f"confidence_{run}"].where(rows[f"predicted_{run}"] != rows["actual"], 0.0) for run in "ab"}
    return of_run["a"].combine(of_run["b"], max)
