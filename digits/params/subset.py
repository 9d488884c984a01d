"""Section `subset` of params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from digits.pipeline.section import Section


def check_samples(value: object) -> object:
    if value != "all" and not (type(value) is int and value >= 1):
        raise ValueError("must be a whole number from 1 on, or all")
    return value


def check_validation(value: object) -> object:
    if not (type(value) is int and value >= 0) and not (type(value) is float and 0 < value < 1):
        raise ValueError("must be a whole number from 0 on, or a fraction below 1")
    return value


def check_per_class(value: Any) -> object:
    """Make the names of classes text, which YAML reads as numbers."""
    if not isinstance(value, dict):
        return check_samples(value)
    return {str(name): check_samples(count) for name, count in value.items()}


Count = int | Literal["all"]
Samples = Annotated[Count, BeforeValidator(check_samples)]


class SubsetParams(Section):
    samples: Samples
    test_samples: Samples
    validation: Annotated[int | float, BeforeValidator(check_validation)]
    per_class: Annotated[Count | dict[str, Count], BeforeValidator(check_per_class)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
