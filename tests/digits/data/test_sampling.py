import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from digits.data.sampling import order_by_class

MNIST = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # training images of each digit
SEEDS = st.integers(0, 2**32 - 1)


def strayed(counts: list[int]) -> np.ndarray:
    """By how many images each class is off its share, at most, over all numbers of samples."""
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.uint8)
    drawn = np.eye(len(counts))[labels[order_by_class(labels, seed=0)]].cumsum(0)
    exact = np.outer(np.arange(1, len(labels) + 1), counts) / len(labels)
    return np.abs(drawn - exact).max(0)


@given(counts=st.lists(st.integers(1, 60), min_size=1, max_size=12))
@example(counts=MNIST)
@example(counts=[910, *[10] * 9])  # the worst: many small classes that take their turns at once
def test_a_class_is_as_close_to_its_share_as_promised(counts: list[int]) -> None:
    share = np.array(counts) / sum(counts)
    assert (strayed(counts) <= 0.5 + share * (len(counts) - 2) / 2 + 1e-9).all()
    assert counts != MNIST or strayed(counts).max() < 1
