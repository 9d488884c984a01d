"""Draw the curve and the published ones: `python -m studies.learning_curve.picture RESULTS PUBLISHED CURVE PICTURE`."""

import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from digits.figures.png import save
from digits.params.plot import PlotParams
from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_whole
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from studies.learning_curve.table import OURS, make_curve

REFERENCE = "Bruna & Mallat, arXiv 1203.1513, table 4"
STYLES = {  # of the published curves: shades of grey, dashes and markers, since colour alone is not for everyone
    "convolutional network": {"color": "#8a4b08", "linestyle": "--", "marker": "o"},
    "scattering, PCA": {"color": "#6b7280", "linestyle": ":", "marker": "^"},
    "scattering, SVM": {"color": "#7a2e8c", "linestyle": "-.", "marker": "D"},
}


def main(params: PlotParams, results: Path, published: Path, table: Path, picture: Path) -> None:
    shown = make_curve(results, published)
    write_whole(table, shown.to_csv(index=False, lineterminator="\n"))
    save(learning_curve(shown), picture, params.dpi)
    print(f"{shown['source'].eq(OURS).sum()} points and the published ones → {picture}")


def learning_curve(shown: pd.DataFrame) -> Figure:
    """Test error in % by number of training images, both logarithmic, and its spread over the seeds."""
    figure = Figure(figsize=(7.2, 4.8), layout="constrained")
    axis = figure.subplots()
    for source, points in shown.groupby("source", sort=False):
        style = STYLES.get(str(source), {"color": "#0b5cad", "marker": "s", "linewidth": 2.2, "zorder": 3})
        axis.plot(points["samples"], points["error"], markersize=4.5, label=source, **style)
        if source == OURS:
            spread = points["samples"], points["low"], points["high"]
            axis.fill_between(*spread, color=style["color"], alpha=0.25, lw=0, label="best to worst seed")
            axis.vlines(*spread, color=style["color"], lw=1.2)  # a band needs two sizes
    axis.set(title="How many labels?", xlabel="training images", ylabel="test images wrong (%, log scale)")
    axis.set_xscale("log")
    axis.set_yscale("log", nonpositive="clip")
    axis.xaxis.set(major_locator=LogLocator(subs=(1, 3)), major_formatter="{x:,g}", minor_locator=NullLocator())
    axis.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_locator=NullLocator())
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, title=f"others: {REFERENCE}", title_fontsize=8, alignment="left")
    return figure


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("plot", PlotParams), *map(Path, sys.argv[1:]))
