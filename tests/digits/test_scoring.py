import json
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from digits.scoring import (
    accuracy_by_class,
    conformal_threshold,
    coverage_curve,
    expected_calibration_error,
    reliability,
    wilson_interval,
)
from tests.clones import succeed
from tests.drawing import CLASSES
from tests.imports import ROOT


@pytest.mark.parametrize(("correct", "samples"), [(0, 7), (1, 3), (9_912, 10_000), (60_000, 60_000)])
def test_wilson_bounds_are_where_the_normal_test_just_fails(correct: int, samples: int) -> None:
    share, square = correct / samples, NormalDist().inv_cdf(0.975) ** 2 / samples
    roots = np.roots([1 + square, -2 * share - square, share**2])  # (share - x)² = z² x (1 - x) / n
    low, high = wilson_interval(correct, samples)
    assert 0 <= low < high <= 1
    assert (low, high) == pytest.approx(sorted(roots), abs=1e-7)


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


def test_coverage_counts_the_errors_of_the_surest() -> None:
    random = np.random.default_rng(3)
    confidence = random.permutation(np.linspace(0.3, 1, 250))
    correct = random.uniform(size=250) < confidence
    curve = coverage_curve(confidence, correct)
    assert curve[:, 0].tolist() == [share / 100 for share in range(1, 101)]
    for share, threshold, errors, answered in curve:
        sure = confidence >= threshold
        assert (answered, errors) == (sure.sum(), (sure & ~correct).sum())
        assert answered - 1 < share * 250 <= answered + 1e-9
    assert curve[-1, 2:].tolist() == [(~correct).sum(), 250]


def test_of_equal_confidences_the_first_are_answered() -> None:
    curve = coverage_curve(np.ones(100), np.arange(100) > 0)
    assert set(curve[:, 2]) == {1}


@pytest.mark.parametrize(("images", "promised"), [(199, 0.99), (1000, 0.9), (50, 0.99)])
def test_a_promise_is_kept_for_other_images_of_the_kind(images: int, promised: float) -> None:
    random, kept = np.random.default_rng(0), []
    for _ in range(2000):
        of_label = random.beta(5, 1, images + 1)
        kept.append(of_label[-1] >= conformal_threshold(of_label[:-1], promised))
    spread = np.sqrt(promised * (1 - promised) / 2000)
    assert np.mean(kept) > promised - 3 * spread
    if images >= 100:
        assert np.mean(kept) < promised + 1 / images + 3 * spread, "and it excludes as much as it may"


def test_the_threshold_of_few_images_lets_all_in() -> None:
    assert conformal_threshold(np.full(98, 0.5), 0.99) == 0
    assert conformal_threshold(np.arange(1, 100) / 100, 0.99) == 0.01


def test_the_committed_run_leaves_out_the_fifteen() -> None:
    metrics = json.loads(succeed(ROOT, "git", "show", "HEAD:metrics/test.json"))
    table = pd.DataFrame(
        line.split(",") for line in succeed(ROOT, "git", "show", "HEAD:plots/predictions.csv").splitlines()[1:]
    )
    fifteen = [947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729]
    right = (table[1] == table[2]).drop(fifteen)
    assert metrics["accuracy_undoubted"] == round(right.mean(), 6)
