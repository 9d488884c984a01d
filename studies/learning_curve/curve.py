"""Test error by number of training images: this project's, over its seeds, and the published."""

from pathlib import Path

import pandas as pd

OURS = "this project"


def read_errors(results: Path) -> pd.DataFrame:
    """Read the trials: `samples` and test error in %. ValueError: there are none."""
    table = pd.read_csv(results) if results.exists() else pd.DataFrame()
    if table.empty:
        raise ValueError(f"{results}: no results yet: run `dvc repro studies/learning_curve/dvc.yaml`")
    return table.assign(error=100 * (1 - table["accuracy"]))[["samples", "error"]]


def read_published(path: Path) -> pd.DataFrame:
    """Read source, samples and error in %."""
    wide = pd.read_csv(path).drop(columns="reference")
    return wide.melt("source", var_name="samples", value_name="error").astype({"samples": int})


def curve(results: Path, published: Path) -> pd.DataFrame:
    """Make a row a point: source, samples, mean error in %, its lowest and highest over seeds, NaN where published."""
    errors = read_errors(results).groupby("samples")["error"]
    ours = errors.agg(error="mean", low="min", high="max").round(4).reset_index()
    ours.insert(0, "source", OURS)
    return pd.concat([ours, read_published(published).sort_values(["source", "samples"])])
