import math

import pytest
from pydantic import ValidationError

from digits.params.train import AugmentParams
from digits.pipeline.parameters import load_yaml
from stages.check import find_sections
from tests.imports import ROOT
from tests.parameters import section


def test_nothing_is_converted_or_changed() -> None:
    for wrong in ("1", True, math.nan):
        with pytest.raises(ValidationError):
            section("train", learning_rate=wrong)
    with pytest.raises(ValidationError, match="frozen"):
        section("train").learning_rate = 2


def test_params_yaml_names_every_parameter() -> None:
    content = load_yaml(ROOT / "params.yaml")
    assert {name: set(content[name]) for name in content} == {
        name: set(model.model_fields) for name, model in find_sections().items()
    }
    assert set(content["train"]["augment"]) == set(AugmentParams.model_fields)
