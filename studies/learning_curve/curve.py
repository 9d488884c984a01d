"""Test error by number of training images: this project's, over its seeds, and the published."""

from pathlib import Path

import pandas as pd

OURS = "this project"
COLUMNS = ["source", "samples", "error", "low", "high"]


def read_results(path: Path) -> pd.DataFrame:
    """The study's cells. ValueError: there are none."""
    results = pd.read_csv(path) if path.exists() else pd.DataFrame()
    if results.empty:
        raise ValueError(f"{path}: no results yet: run `dvc repro studies/learning_curve/dvc.yaml`")
    return results


def read_published(path: Path) -> pd.DataFrame:
    """Rows of source, samples and error in %."""
    wide = pd.read_csv(path).drop(columns="reference")
    return wide.melt("source", var_name="samples", value_name="error").astype({"samples": int})


def curve(results: Path, published: Path) -> pd.DataFrame:
    """A row a point: source, samples, mean error in %, its lowest and highest over seeds, NaN where published."""
    errors = 100 * (1 - read_results(results).set_index("samples")["accuracy"])
    of_samples = errors.groupby("samples")
    ours = of_samples.agg(error="mean", low="min", high="max").round(4).reset_index().assign(source=OURS)
    return pd.concat([ours, read_published(published).sort_values(["source", "samples"])])[COLUMNS]
