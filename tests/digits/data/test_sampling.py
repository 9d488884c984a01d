import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.sampling import stratified, turns
from tests.drawing import Split

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def labels_and_sizes(draw: st.DrawFn) -> tuple[np.ndarray, int, int]:
    """Labels of at least one image in any imbalance, and two numbers of samples, the smaller one first."""
    classes = draw(st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True))
    counts = draw(st.lists(st.integers(1, 60), min_size=len(classes), max_size=len(classes)))
    labels = np.random.default_rng(draw(SEEDS)).permutation(np.repeat(classes, counts)).astype(np.uint8)
    few, many = sorted(draw(st.tuples(*[st.integers(1, len(labels))] * 2)))
    return labels, few, many


@given(drawn=labels_and_sizes(), seed=SEEDS)
def test_a_class_is_within_one_image_of_its_share(drawn: tuple[np.ndarray, int, int], seed: int) -> None:
    labels, samples, _ = drawn
    chosen = stratified(labels, samples, seed=seed)
    assert len(chosen) == samples
    assert (np.diff(chosen) > 0).all(), "ascending, each once"
    shares = samples * np.bincount(labels, minlength=10) / len(labels)
    assert (np.abs(np.bincount(labels[chosen], minlength=10) - shares) < 1).all()


@given(counts=st.lists(st.integers(1, 12), min_size=1, max_size=12))
def test_shares_are_kept_as_well_as_they_can_be(counts: list[int]) -> None:
    """For k classes nothing better than 1 - 1/(2k - 2) can be promised at every moment (Tijdeman, theorem 1)."""
    taken, total = [0] * len(counts), sum(counts)
    bound = 1 - 1 / (2 * max(len(counts) - 1, 1))
    for samples, (label, rank) in enumerate(turns(dict(enumerate(counts)), total), 1):
        assert rank == taken[label]
        taken[label] += 1
        strayed = max(abs(have - samples * n / total) for have, n in zip(taken, counts, strict=True))
        assert strayed <= bound + 1e-9
    assert taken == counts


@given(drawn=labels_and_sizes(), seed=SEEDS)
def test_subsets_are_nested(drawn: tuple[np.ndarray, int, int], seed: int) -> None:
    labels, few, many = drawn
    assert set(stratified(labels, few, seed=seed)) <= set(stratified(labels, many, seed=seed))


def test_the_seed_decides(drawn: tuple[Split, Split]) -> None:
    labels = drawn[0][1]
    once, again, other = (stratified(labels, 50, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(once, again)
    assert set(once) != set(other)


def test_all_images_are_all_images() -> None:
    labels = np.array([3, 3, 1, 7], np.uint8)
    np.testing.assert_array_equal(stratified(labels, 4, seed=5), np.arange(4))


@pytest.mark.parametrize("samples", [-1, 0, 5])
def test_a_number_there_cannot_be_is_refused(samples: int) -> None:
    with pytest.raises(ValueError, match=f"{samples} samples: must be 1 to 4"):
        stratified(np.zeros(4, np.uint8), samples, seed=0)
