"""Is one recipe better than another? Two revisions' results of studies/seeds, each of several seeds."""

import io
import json

import pandas as pd

from digits.compare.runs import read_file
from digits.compare.significance import find_better, format_verdict, permutation_test

RESULTS = "studies/seeds/results.csv"  # as in studies/seeds/dvc.yaml


def compare_seeds(a: str, b: str, *, as_json: bool) -> str:
    """Compare two revisions in words, or for programs.

    ValueError: one revision twice, no such revision, or one without these results.
    """
    if a == b:
        raise ValueError(f"{a} is compared with itself: name two revisions")
    revs = {"a": a, "b": b}
    accuracy = {name: load_accuracies(rev) for name, rev in revs.items()}
    gain = accuracy["b"].mean() - accuracy["a"].mean()
    p_value = permutation_test(accuracy["a"].tolist(), accuracy["b"].tolist())
    better = find_better(gain, p_value)
    if as_json:
        each = {name: {"rev": rev, "accuracy": accuracy[name].tolist()} for name, rev in revs.items()}
        return json.dumps({**each, "gain": gain, "p_value": p_value, "better": better}, indent=2)
    lines = [
        f"{name.upper()}  {rev:<{max(len(a), len(b))}}  {accuracy[name].mean():.2%} ± {accuracy[name].std():.2%}  "
        f"({len(accuracy[name])} seeds, worst {accuracy[name].min():.2%})"
        for name, rev in revs.items()
    ]
    points = f"{100 * abs(gain):.2f} points apart"
    return "\n".join([*lines, format_verdict(better, revs, points, p_value, "permutation")])


def load_accuracies(rev: str) -> "pd.Series[float]":
    """Read the accuracy with each seed. ValueError: as above."""
    text = read_file(rev, RESULTS, "`dvc repro studies/seeds/dvc.yaml` makes it")
    try:
        return pd.read_csv(io.StringIO(text), usecols=["accuracy"], dtype=float)["accuracy"]
    except ValueError as error:
        raise ValueError(f"{rev}: {RESULTS} is damaged ({error})") from None
