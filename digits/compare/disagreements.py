"""A picture of the images on which two runs disagree."""

import math

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from digits.data.arrays import Images
from digits.figures.images import draw_image, make_grid
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
    lines = [math.ceil(min(len(rows), MAX_SHOWN) / COLUMNS) for rows in kinds.values()]
    heights = [HEIGHTS["heading"] + n * HEIGHTS["row"] for n in lines]
    figure = Figure(figsize=(1.15 * COLUMNS, HEIGHTS["title"] + sum(heights)), layout="constrained")
    figure.suptitle(title)
    parts = figure.subfigures(len(kinds), 1, squeeze=False, height_ratios=heights)[:, 0]
    for part, (heading, rows) in zip(parts, kinds.items(), strict=True):
        draw_kind(part, heading, rows, images)
    return figure


def draw_kind(part: SubFigure, heading: str, rows: pd.DataFrame, images: Images) -> None:
    of_wrong = [rows[f"confidence_{run}"].where(rows[f"predicted_{run}"] != rows["actual"], 0.0) for run in "ab"]
    mistakes = rows.assign(mistake=pd.concat(of_wrong, axis=1).max(axis=1))
    shown = mistakes.sort_values(["mistake", "index"], ascending=[False, True]).head(MAX_SHOWN)
    note = f", the {MAX_SHOWN} with the surest mistake shown" if len(rows) > MAX_SHOWN else ""
    part.suptitle(f"{heading}: {len(rows):,}{note}", x=0.004, ha="left", fontsize=11)
    for axis, row in zip(make_grid(part, len(shown), COLUMNS), shown.to_dict("records"), strict=True):
        draw_image(axis, images[row["index"]])
        if row["actual"] not in (row["predicted_a"], row["predicted_b"]):
            axis.set_xlabel(f"is {shorten(str(row['actual']))}")
        axis.set_title(" ", fontsize=9, pad=16)  # keeps room for two lines
        for run, above in (("a", 16), ("b", 4)):  # points above the image
            name, confidence = shorten(str(row[f"predicted_{run}"])), format_confidence(row[f"confidence_{run}"])
            right = row[f"predicted_{run}"] == row["actual"]  # differs in sign and weight, not in colour alone
            text = f"{run.upper()} {'✓' if right else '✗'} {name}  {confidence}"
            answer = axis.annotate(text, (0, 1), (0, above), "axes fraction", "offset points", fontsize=9)
            answer.set(color=RIGHT if right else WRONG, fontweight="normal" if right else "bold")
