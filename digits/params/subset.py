"""Section `subset` of params.yaml."""

from typing import Annotated

from pydantic import Field

from digits.pipeline.section import Section


class SubsetParams(Section):
    samples: Annotated[int, Field(ge=1)]
    test_samples: Annotated[int, Field(ge=1)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
