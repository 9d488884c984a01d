import pytest

from digits.params.model import ModelParams, sides_after
from digits.pipeline.parameters import validate

VALUES = {"batch_norm": True, "deskew": True}


@pytest.mark.parametrize(("padding", "sides"), [(0, [12, 4]), (1, [14, 7, 3, 1])])
def test_as_many_blocks_as_fit_are_taken_and_one_more_is_refused(padding: int, sides: list[int]) -> None:
    channels = [8, 16, 32, 64, 128][: len(sides) + 1]
    assert sides_after(padding) == sides
    assert ModelParams(channels=channels[:-1], padding=padding, **VALUES).channels == channels[:-1]
    with pytest.raises(ValueError, match="model") as refused:
        validate("model", ModelParams, {"channels": channels, "padding": padding, **VALUES}, "here")
    line = f"{len(channels)} blocks do not fit 28 pixels with model.padding = {padding}: at most {len(sides)} do"
    assert str(refused.value) == f"here: model.channels = {channels}: {line}"


def test_where_the_padding_is_wrong_it_alone_is_complained_of() -> None:
    with pytest.raises(ValueError, match=r"^here: model.padding = 2 \(int\): must be less than or equal to 1$"):
        validate("model", ModelParams, {"channels": [8, 16, 32], "padding": 2, **VALUES}, "here")
