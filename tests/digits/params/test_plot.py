from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("dpi", 19, "plot.dpi = 19 (int): must be greater than or equal to 20"),
        ("dpi", 601, "plot.dpi = 601 (int): must be less than or equal to 600"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"plot.{key}", value) == line
