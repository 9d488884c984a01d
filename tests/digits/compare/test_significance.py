from itertools import product

import pytest

from digits.compare.significance import mcnemar


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [  # scipy 1.17: binomtest(first, first + second).pvalue; statsmodels' mcnemar(exact=True) gives the same
        (41, 17, 0.0022325516199429),
        (1300, 1200, 0.047681865221043),
        (451, 39, 5.87226816689e-90),
        (0, 0, 1.0),
        (0, 10_000, 0.0),
    ],
)
def test_the_same_p_value_as_scipy(only_first: int, only_second: int, p_value: float) -> None:
    assert mcnemar(only_first, only_second) == pytest.approx(p_value, rel=1e-11)


@pytest.mark.parametrize("images", [1, 4, 9])
def test_it_counts_the_coin_throws_at_least_as_uneven(images: int) -> None:
    throws = [sum(throw) for throw in product((0, 1), repeat=images)]
    for heads in range(images + 1):
        as_uneven = [abs(2 * other - images) >= abs(2 * heads - images) for other in throws]
        assert mcnemar(heads, images - heads) == sum(as_uneven) / len(throws)
