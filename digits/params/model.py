"""Section `model` of params.yaml."""

from typing import Annotated

from pydantic import Field

from digits.pipeline.section import Section

Channels = Annotated[int, Field(ge=1, le=1024)]


class ModelParams(Section):
    channels: Annotated[list[Channels], Field(min_length=2, max_length=2)]
    padding: Annotated[int, Field(ge=0, le=1)]
    batch_norm: bool
    deskew: bool
