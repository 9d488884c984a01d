"""Where and how torch computes: the part of section `train` that stage evaluate reads, too."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from digits.pipeline.section import Section


class Compute(Section):
    model_config = ConfigDict(extra="ignore")

    threads: Annotated[int, Field(ge=1, le=1024)]
    device: Literal["auto", "cpu", "cuda", "mps"]
