"""Section `evaluate` of params.yaml."""

from typing import Annotated

from pydantic import Field

from digits.pipeline.section import Section


class EvaluateParams(Section):
    sample_images: Annotated[int, Field(ge=1, le=100)]
