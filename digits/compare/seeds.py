"""Is one recipe better than another? Two revisions' results of studies/seeds, each of several seeds."""

import io
import json

import pandas as pd

from digits.compare.runs import read_files
from digits.compare.significance import LEVEL, format_p, permutation_test

RESULTS = "studies/seeds/results.csv"  # as in studies/seeds/dvc.yaml


def compare_seeds(a: str, b: str, *, as_json: bool) -> str:
    """Compare two revisions in words, or for programs.

    ValueError: one revision twice, no such revision, or one without these results.
    """
    if a == b:
        raise ValueError(f"{a} is compared with itself: name two revisions")
    accuracy = {rev: load_accuracies(rev) for rev in (a, b)}
    gain = accuracy[b].mean() - accuracy[a].mean()
    p_value = permutation_test(accuracy[a].tolist(), accuracy[b].tolist())
    better = None if p_value >= LEVEL else "b" if gain > 0 else "a"
    if as_json:
        each = {name: {"rev": rev, "accuracy": accuracy[rev].tolist()} for name, rev in (("a", a), ("b", b))}
        return json.dumps({**each, "gain": gain, "p_value": p_value, "better": better}, indent=2)
    width = max(len(a), len(b))
    lines = []
    for name, (rev, values) in zip("AB", accuracy.items(), strict=True):
        spread = f"{values.mean():.2%} ± {values.std():.2%}"
        lines.append(f"{name}  {rev:<{width}}  {spread}  ({len(values)} seeds, worst {values.min():.2%})")
    verdict = "No evidence that one is better"
    if better:
        verdict = f"{better.upper()} ({a if better == 'a' else b}) is better"
    lines.append(f"{verdict}: {100 * abs(gain):.2f} points apart, {format_p(p_value)} (exact permutation test).")
    return "\n".join(lines)


def load_accuracies(rev: str) -> "pd.Series[float]":
    """Read the accuracy with each seed. ValueError: as above."""
    text = read_files(rev, RESULTS, missing=f"{RESULTS} is not there: `dvc repro studies/seeds/dvc.yaml` makes it")[0]
    try:
        return pd.read_csv(io.StringIO(text), usecols=["accuracy"], dtype=float)["accuracy"]
    except ValueError as error:
        raise ValueError(f"{rev}: {RESULTS} is damaged ({error})") from None
