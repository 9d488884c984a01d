from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("samples", 0, "subset.samples = 0 (int): must be greater than or equal to 1"),
        ("samples", 300.0, "subset.samples = 300.0 (float): must be a valid integer"),
        ("samples", True, "subset.samples = True (bool): must be a valid integer"),
        ("samples", None, "subset.samples = None (NoneType): must be a valid integer"),
        ("test_samples", -5, "subset.test_samples = -5 (int): must be greater than or equal to 1"),
        ("seed", -1, "subset.seed = -1 (int): must be greater than or equal to 0"),
        ("seed", 2**32, "subset.seed = 4294967296 (int): must be less than 4294967296"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"subset.{key}", value) == line
