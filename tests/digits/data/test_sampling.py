import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from digits.data.sampling import order_by_class, stratified

MNIST = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # training images of each digit
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def labels_and_sizes(draw: st.DrawFn) -> tuple[np.ndarray, int, int]:
    """Labels of at least one image in any imbalance, and two numbers of samples, the smaller one first."""
    classes = draw(st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True))
    counts = draw(st.lists(st.integers(1, 60), min_size=len(classes), max_size=len(classes)))
    labels = np.random.default_rng(draw(SEEDS)).permutation(np.repeat(classes, counts)).astype(np.uint8)
    few, many = sorted(draw(st.tuples(*[st.integers(1, len(labels))] * 2)))
    return labels, few, many


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


@given(drawn=labels_and_sizes(), seed=SEEDS)
def test_subsets_are_nested(drawn: tuple[np.ndarray, int, int], seed: int) -> None:
    labels, few, many = drawn
    smaller, larger = (stratified(labels, samples, seed=seed) for samples in (few, many))
    assert (len(smaller), len(larger)) == (few, many)
    assert all((np.diff(chosen) > 0).all() for chosen in (smaller, larger)), "ascending, each once"
    assert set(smaller) <= set(larger)
    np.testing.assert_array_equal(smaller, stratified(labels, few, seed=seed))
