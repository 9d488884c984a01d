from statistics import NormalDist

import numpy as np
import pytest

from digits.scoring import accuracy_by_class, expected_calibration_error, reliability, wilson_interval
from tests.drawing import CLASSES


@pytest.mark.parametrize(("correct", "samples"), [(1, 3), (5, 10), (985, 1000), (9_912, 10_000), (59_999, 60_000)])
def test_wilson_bounds_are_where_the_normal_test_just_fails(correct: int, samples: int) -> None:
    share, square = correct / samples, NormalDist().inv_cdf(0.975) ** 2 / samples
    roots = np.roots([1 + square, -2 * share - square, share**2])  # (share - x)² = z² x (1 - x) / n
    assert wilson_interval(correct, samples) == pytest.approx(sorted(roots), abs=1e-7)


@pytest.mark.parametrize("samples", [1, 20, 10_000])
def test_wilson_at_the_ends_stays_a_fraction(samples: int) -> None:
    (lowest, above), (below, highest) = wilson_interval(0, samples), wilson_interval(samples, samples)
    assert lowest == pytest.approx(0, abs=1e-12)
    assert highest == pytest.approx(1, abs=1e-12)
    assert 0 <= lowest < above <= 1
    assert above == pytest.approx(1 - below)


def test_calibration_error_is_what_a_loop_over_the_bins_gives() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.1, 1, 2_000).astype(np.float32)
    correct = random.uniform(size=2_000) < confidence**2
    error = 0.0
    for b in range(15):
        inside = [(float(s), bool(c)) for s, c in zip(confidence, correct, strict=True) if b / 15 < s <= (b + 1) / 15]
        if inside:
            sure, right = np.mean(inside, axis=0)
            error += len(inside) / 2_000 * abs(sure - right)
    assert expected_calibration_error(confidence, correct) == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize(
    ("confidence", "correct", "error"), [([1, 1], [True, True], 0), ([1, 1], [True, False], 0.5), ([0], [True], 1)]
)
def test_calibration_error_by_hand(confidence: list[float], correct: list[bool], error: float) -> None:
    assert expected_calibration_error(np.array(confidence, float), np.array(correct)) == error


def test_reliability_counts_every_image_once() -> None:
    confidence = np.linspace(0, 1, 100)
    rows = reliability(confidence, confidence > 0.5)
    assert rows[:, 2].sum() == 100
    assert (np.diff(rows[:, 0]) > 0).all()


def test_the_upper_bound_belongs_to_a_bin() -> None:
    rows = reliability(np.array([0.3, 1 / 3, 0.34, 1]), np.ones(4, bool))
    np.testing.assert_array_equal(rows[:, 2], [2, 1, 1])


def test_the_first_and_the_last_bin_are_bins_of_their_own() -> None:
    confidence = np.array([0, 1 / 30, 2 / 30, 2.5 / 30, 27.5 / 30, 28.5 / 30, 1])
    assert reliability(confidence, np.ones(7, bool))[:, 2].tolist() == [3, 1, 1, 2]


def test_accuracy_of_each_digit() -> None:
    rows = accuracy_by_class(np.array([0, 0, 0, 7, 9]), np.array([0, 0, 1, 7, 4]), CLASSES)
    assert [row[0] for row in rows] == list(CLASSES)
    assert (rows[0], rows[7], rows[9]) == (("0", 3, 2, 0.666667), ("7", 1, 1, 1.0), ("9", 1, 0, 0.0))
    assert rows[4] == ("4", 0, 0, None)
