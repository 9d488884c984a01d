from itertools import combinations

import numpy as np
import pytest

from digits.compare.significance import mcnemar, permutation_test


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [  # scipy 1.17: binomtest(first, first + second).pvalue; statsmodels' mcnemar(exact=True) gives the same
        (41, 17, 0.0022325516199429),
        (1300, 1200, 0.047681865221043),
        (451, 39, 5.87226816689e-90),
        (4, 4, 1.0),
        (0, 0, 1.0),
        (0, 10_000, 0.0),
    ],
)
def test_the_same_p_value_as_scipy(only_first: int, only_second: int, p_value: float) -> None:
    assert mcnemar(only_first, only_second) == pytest.approx(p_value, rel=1e-11)


def test_the_permutation_test_counts_the_ways_that_are_as_far_apart() -> None:
    assert permutation_test([1, 1, 1], [1, 1]) == 1, "equal values are no evidence"
    random = np.random.default_rng(0)
    a, b = random.normal(size=4).tolist(), random.normal(size=3).tolist()
    values = [*a, *b]
    apart = []
    for chosen in combinations(range(7), 4):
        first, second = [values[k] for k in chosen], [values[k] for k in range(7) if k not in chosen]
        apart.append(abs(np.mean(first) - np.mean(second)))
    assert permutation_test(a, b) == np.mean(np.array(apart) >= abs(np.mean(a) - np.mean(b)) - 1e-12)
