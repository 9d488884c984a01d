from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (0, "evaluate.sample_images = 0 (int): must be greater than or equal to 1"),
        (101, "evaluate.sample_images = 101 (int): must be less than or equal to 100"),
        ([20], "evaluate.sample_images = [20] (list): must be a valid integer"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], value: object, line: str) -> None:
    assert refusal("evaluate.sample_images", value) == line
