"""The study's results beside the published figures, as Markdown: `python -m studies.learning_curve.table`."""

from pathlib import Path

import pandas as pd

from digits.pipeline.errors import one_line_errors
from tools import markdown

RESULTS, PUBLISHED = (Path("studies/learning_curve") / name for name in ("results.csv", "published.csv"))
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


def make_curve(results: Path, published: Path) -> pd.DataFrame:
    """Make a row a point: source, samples, mean error in %, its lowest and highest over seeds, NaN where published."""
    errors = read_errors(results).groupby("samples")["error"]
    ours = errors.agg(error="mean", low="min", high="max").round(4).reset_index()
    ours.insert(0, "source", OURS)
    return pd.concat([ours, read_published(published).sort_values(["source", "samples"])])


def make_table(results: Path, published: Path) -> str:
    """Test error in %: mean ± standard deviation over the seeds, and what was published, the best of it bold."""
    others = read_published(published).pivot(index="samples", columns="source", values="error")
    rows = []
    for samples, errors in read_errors(results).groupby("samples")["error"]:
        mean, spread = errors.mean(), f" ± {errors.std():.2f}" if len(errors) > 1 else ""
        beside, verdict = dict.fromkeys(others.columns, ""), "nothing published"
        if samples in others.index:
            best = others.loc[samples].min()
            bold = [f"**{error:.2f}**" if error == best else f"{error:.2f}" for error in others.loc[samples]]
            beside = dict(zip(others.columns, bold, strict=True))
            verdict = "yes" if mean < best else f"no: {best:.2f}"
        row = {"training images": f"{samples:,}", OURS: f"{mean:.2f}{spread}", **beside}
        rows.append(row | {"seeds": len(errors), "better than the best published?": verdict})
    return markdown.make_table(rows, rule="---:")


if __name__ == "__main__":
    with one_line_errors():
        print(make_table(RESULTS, PUBLISHED))
