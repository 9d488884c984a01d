import math

import pytest
from pydantic import ValidationError

from digits.params.train import AugmentParams
from stages.check import find_sections
from tests.parameters import section


def test_nothing_is_converted_or_changed() -> None:
    for wrong in ("1", True, math.nan):
        with pytest.raises(ValidationError):
            section("train", learning_rate=wrong)
    with pytest.raises(ValidationError, match="frozen"):
        section("train").learning_rate = 2


def test_no_value_has_a_second_place_beside_params_yaml() -> None:
    models = (*find_sections().values(), AugmentParams)
    assert [(m, name) for m in models for name, field in m.model_fields.items() if not field.is_required()] == []
