"""The loss, epoch by epoch."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from digits.figures.style import TEST, TRAIN, VALIDATION


def loss_curves(history: pd.DataFrame, epoch: int) -> Figure:
    """Losses from epoch 0 to `epoch`, logarithmic: the later epochs would lie flat otherwise."""
    shown = history[history["epoch"] <= epoch]
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axis = figure.subplots()
    axis.plot(
        shown["epoch"], shown["train_loss"], color=TRAIN, linestyle="--", marker="o", markersize=3, label="training"
    )
    axis.plot(shown["epoch"], shown["test_loss"], color=TEST, marker="s", markersize=3, label="test")
    if "validation_loss" in shown:
        loss = shown["validation_loss"]
        axis.plot(shown["epoch"], loss, color=VALIDATION, linestyle=":", marker="^", markersize=3, label="validation")
    axis.set(title=f"Loss up to epoch {epoch}", xlabel="epoch", ylabel="cross-entropy (nats, log scale)", yscale="log")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_locator=NullLocator())
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return figure
