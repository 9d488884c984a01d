import numpy as np
import pytest

from digits.data.sources.parts import hold_out


def test_a_class_s_only_image_is_for_training_and_that_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    hold_out(np.array([0] * 8 + [*range(1, 41)], np.uint8), [f"class {n}" for n in range(42)])
    told = ", ".join(f"class {n} (1)" for n in range(1, 41))
    assert capsys.readouterr().err == f"classes without test data, and how many images they have: {told}\n"
    hold_out(np.array([0] * 30 + [1] * 30, np.uint8), "ab")
    assert capsys.readouterr().err == ""
