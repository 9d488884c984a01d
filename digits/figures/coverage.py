"""How many answers are wrong, by the share of images that is answered at all."""

import pandas as pd
from matplotlib.figure import Figure

from digits.figures.style import TEST, TRAIN
from digits.scoring import SURE

SHOWN = 0.7  # the least share of images that is shown: below it almost nothing is wrong


def coverage_curve(coverage: pd.DataFrame) -> Figure:
    """Draw the error rate of the surest answers with its 95 % interval, and mark what `predict` leaves unanswered.

    coverage: rows of coverage, confidence, error_rate, low, high, by rising coverage.
    """
    shown = coverage[coverage["coverage"] >= SHOWN]
    share, rate = 100 * shown["coverage"], 100 * shown["error_rate"]
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axis = figure.subplots()
    bounds = 100 * shown["low"], 100 * shown["high"]
    axis.fill_between(share, *bounds, color=TEST, alpha=0.2, linewidth=0, label="95 % interval")
    axis.plot(share, rate, color=TEST, label="wrong among the answers")
    sure = shown[shown["confidence"] >= SURE]
    if len(sure):
        answered, label = sure.index[-1:], f"predict answers: {SURE:.0%} sure or more"
        axis.plot(share[answered], rate[answered], color=TRAIN, marker="D", linestyle="", label=label)
    title = "How much may be left to the network?"
    axis.set(title=title, xlabel="images answered, the surest first (%)", ylabel="wrong among them (%)")
    axis.set(xlim=(100 * SHOWN, 100.3), ylim=(0, None))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, loc="upper left")
    return figure
