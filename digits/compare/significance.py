"""Is one classifier really better than another on the same images? In exact arithmetic."""


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p-value of the exact McNemar test.

    only_first, only_second: on how many images one classifier alone is right. Were both equally good, each such image
    would fall to either with probability 1/2; p is the binomial probability of a split at least this uneven
    (McNemar, Psychometrika 12, 1947, p. 153; for classifiers: Dietterich, Neural Computation 10, 1998, p. 1895).
    """
    images = only_first + only_second
    term = tail = 1  # images over k, for k = 0; their sum up to the smaller count
    for k in range(min(only_first, only_second)):
        term = term * (images - k) // (k + 1)
        tail += term
    return min(1.0, 2 * tail / (1 << images))
