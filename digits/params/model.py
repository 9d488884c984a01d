"""Section `model` of params.yaml: all that decides the network's form but its classes."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from digits.data.arrays import SIDE
from digits.pipeline.section import Section

Channels = Annotated[int, Field(ge=1, le=1024)]


def sides_after(padding: int) -> list[int]:
    """Pixels a side after each block that fits: with padding [14, 7, 3, 1], without [12, 4]."""
    sides, side = [], SIDE
    while (side := (side - 4 + 4 * padding) // 2) > 0:  # two convolutions 3×3, then 2×2 pooling
        sides.append(side)
    return sides


class ModelParams(Section):
    padding: Annotated[int, Field(ge=0, le=1)]  # stands before the channels, which are checked against it
    channels: Annotated[list[Channels], Field(min_length=1)]
    batch_norm: bool
    deskew: bool

    @field_validator("channels")
    @classmethod
    def check_fit(cls, channels: list[int], info: ValidationInfo) -> list[int]:
        """ValueError: more blocks than 28 pixels have room for."""
        padding = info.data.get("padding", 1)
        most = len(sides_after(padding))
        if len(channels) > most:
            raise ValueError(
                f"{len(channels)} blocks do not fit {SIDE} pixels with model.padding = {padding}: at most {most} do"
            )
        return channels
