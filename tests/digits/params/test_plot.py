from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("mistakes", 0, "plot.mistakes = 0 (int): must be greater than or equal to 1"),
        ("mistakes", 101, "plot.mistakes = 101 (int): must be less than or equal to 100"),
        ("dpi", 19, "plot.dpi = 19 (int): must be greater than or equal to 20"),
        ("dpi", 601, "plot.dpi = 601 (int): must be less than or equal to 600"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"plot.{key}", value) == line
