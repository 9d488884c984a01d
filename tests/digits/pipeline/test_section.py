import math

import pytest
from pydantic import ValidationError

from digits.params.train import AugmentParams
from digits.pipeline.section import Section
from stages.check import find_sections


class Example(Section):
    number: float


@pytest.mark.parametrize("values", [{}, {"number": "1"}, {"number": True}, {"number": math.nan}, {"number": 1, "x": 1}])
def test_nothing_is_missing_converted_unknown_or_changed(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(values)
    with pytest.raises(ValidationError, match="frozen"):
        Example(number=1).number = 2


def test_no_value_has_a_second_place_beside_params_yaml() -> None:
    models = (*find_sections().values(), AugmentParams)
    assert [(m, name) for m in models for name, field in m.model_fields.items() if not field.is_required()] == []
