from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("channels", [16], "model.channels = [16] (list): must have at least 2 items after validation, not 1"),
        (
            "channels",
            [1, 2, 3],
            "model.channels = [1, 2, 3] (list): must have at most 2 items after validation, not 3",
        ),
        ("channels", [16, 0], "model.channels[1] = 0 (int): must be greater than or equal to 1"),
        ("channels", [1025, 8], "model.channels[0] = 1025 (int): must be less than or equal to 1024"),
        ("channels", "16, 32", "model.channels = '16, 32' (str): must be a valid list"),
        ("padding", 2, "model.padding = 2 (int): must be less than or equal to 1"),
        ("padding", -1, "model.padding = -1 (int): must be greater than or equal to 0"),
        ("padding", True, "model.padding = True (bool): must be a valid integer"),
        ("batch_norm", 1, "model.batch_norm = 1 (int): must be a valid boolean"),
        ("deskew", None, "model.deskew = None (NoneType): must be a valid boolean"),
        ("batch_norm", "on", "model.batch_norm = 'on' (str): must be a valid boolean"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"model.{key}", value) == line
