from statistics import NormalDist

import numpy as np
import pytest

from digits.scoring import accuracy_by_class, expected_calibration_error, reliability, wilson_interval
from tests.drawing import CLASSES


@pytest.mark.parametrize(("correct", "samples"), [(1, 3), (9_912, 10_000), (59_999, 60_000)])
def test_wilson_bounds_are_where_the_normal_test_just_fails(correct: int, samples: int) -> None:
    share, square = correct / samples, NormalDist().inv_cdf(0.975) ** 2 / samples
    roots = np.roots([1 + square, -2 * share - square, share**2])  # (share - x)² = z² x (1 - x) / n
    assert wilson_interval(correct, samples) == pytest.approx(sorted(roots), abs=1e-7)


@pytest.mark.parametrize("samples", [1, 10_000])
def test_wilson_at_the_ends_stays_a_fraction(samples: int) -> None:
    (lowest, above), (below, highest) = wilson_interval(0, samples), wilson_interval(samples, samples)
    assert 0 <= lowest < 1e-12
    assert 1 - 1e-12 < highest <= 1
    assert 0 < above == pytest.approx(1 - below)


def test_calibration_error_is_what_a_loop_over_the_bins_gives() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.1, 1, 2_000).astype(np.float32)
    correct = random.uniform(size=2_000) < confidence**2
    error = 0.0
    for b in range(15):
        inside = (confidence > b / 15) & (confidence <= (b + 1) / 15)
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean(dtype=float) - correct[inside].mean())
    assert expected_calibration_error(confidence, correct) == pytest.approx(error, abs=1e-9)


def test_every_image_is_in_a_bin_to_which_its_upper_bound_belongs() -> None:
    confidence = np.array([0, 1 / 30, 2 / 30, 2.5 / 30, 0.3, 1 / 3, 0.34, 27.5 / 30, 28.5 / 30, 1])
    rows = reliability(confidence, confidence > 0.5)
    assert rows[:, 2].tolist() == [3, 1, 2, 1, 1, 2]
    assert rows[:, 1].tolist() == [0, 0, 0, 0, 1, 1]
    assert (np.diff(rows[:, 0]) > 0).all()


def test_accuracy_of_each_digit() -> None:
    rows = accuracy_by_class(np.array([0, 0, 0, 7, 9]), np.array([0, 0, 1, 7, 4]), CLASSES)
    assert [row[0] for row in rows] == list(CLASSES)
    assert (rows[0], rows[7], rows[9]) == (("0", 3, 2, 0.666667), ("7", 1, 1, 1.0), ("9", 1, 0, 0.0))
    assert rows[4] == ("4", 0, 0, None)
