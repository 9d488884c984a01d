import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.sources.parts import hold_out

CLASSES = ("a", "b", "c", "d")


@given(labels=st.lists(st.integers(0, 3), min_size=11, max_size=200))
def test_a_seventh_of_each_class_and_never_its_only_image(labels: list[int]) -> None:
    given = np.array(labels, np.uint8)
    chosen = hold_out(given, CLASSES)
    counts, tests = np.bincount(given, minlength=4), np.bincount(given[chosen], minlength=4)
    assert (tests < np.maximum(counts, 1)).all()
    assert (np.abs(tests - counts / 7)[counts > 1] < 1 + 4 / 7).all()
    np.testing.assert_array_equal(chosen, hold_out(given, CLASSES))


def test_classes_without_test_data_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    hold_out(np.array([0] * 12 + [1] + [3], np.uint8), CLASSES)
    assert capsys.readouterr().err == "classes without test data, and how many images they have: b (1), d (1)\n"
    hold_out(np.array([0] * 30 + [1] * 30, np.uint8), CLASSES[:2])
    assert capsys.readouterr().err == ""
