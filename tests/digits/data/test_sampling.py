import numpy as np
import pytest

from digits.data.sampling import order_by_class

MNIST = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # training images of each digit
MANY_SMALL = [910, *[10] * 9]  # the worst: they take their turns at once


@pytest.mark.parametrize("counts", [MNIST, MANY_SMALL, [1, 60, 7], [5]])
def test_of_any_number_of_samples_a_class_has_its_share_as_closely_as_promised(counts: list[int]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.uint8)
    drawn = np.eye(len(counts))[labels[order_by_class(labels, seed=0)]].cumsum(0)
    share = np.array(counts) / len(labels)
    strayed = np.abs(drawn - np.outer(np.arange(1, len(labels) + 1), share)).max(0)
    assert (strayed <= 0.5 + share * (len(counts) - 2) / 2 + 1e-9).all()
    assert counts != MNIST or strayed.max() < 1
