"""Section `plot` of params.yaml."""

from typing import Annotated

from pydantic import Field

from digits.pipeline.section import Section


class PlotParams(Section):
    dpi: Annotated[int, Field(ge=20, le=600)]
