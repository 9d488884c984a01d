"""Is one classifier really better than another on the same images, or one recipe than another? Exact tests."""

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np

LEVEL = 0.05  # a smaller p-value is called evidence


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p-value of the exact McNemar test.

    only_first, only_second: on how many images one classifier alone is right. Were both equally good, each such image
    would fall to either with probability 1/2; p is the binomial probability of a split at least this uneven
    (McNemar, Psychometrika 12, 1947, p. 153; for classifiers: Dietterich, Neural Computation 10, 1998, p. 1895).
    """
    images = only_first + only_second
    tail = sum(comb(images, k) for k in range(min(only_first, only_second) + 1))
    return min(1.0, 2 * tail / (1 << images))


def permutation_test(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p-value of the exact permutation test of two means.

    Were both groups of one kind, each way to deal their values out to two such groups would be as likely; p is the
    share of ways in which the means are at least as far apart (Pitman, Suppl. J. R. Stat. Soc. 4, 1937, p. 119). Of
    two groups of 10 there are 184,756 ways.
    """
    values, size = np.array([*first, *second]), len(first)
    chosen = np.array(list(combinations(values, size)))
    sums = chosen.sum(1)
    apart = np.abs(sums / size - (values.sum() - sums) / len(second))
    return float((apart >= abs(np.mean(first) - np.mean(second)) - 1e-12).mean())


def find_better(gain: float, p_value: float) -> str | None:
    """Return `a` or `b`, if there is evidence that it is better. gain: how much b is better than a."""
    if p_value >= LEVEL:
        return None
    return "b" if gain > 0 else "a"


def format_verdict(better: str | None, revs: dict[str, str], difference: str, p_value: float, test: str) -> str:
    verdict = f"{better.upper()} ({revs[better]}) is better" if better else "No evidence that one is better"
    p = f"p = {p_value:.2g}" if p_value >= 0.0001 else "p < 0.0001"
    return f"{verdict}: {difference}, {p} (exact {test} test)."
