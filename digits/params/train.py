"""Section `train` of params.yaml."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from digits.params.compute import Compute
from digits.pipeline.section import Section

LAUNCHER = re.compile(r"(python|torchrun)( [A-Za-z0-9_./:=,@+-]+)*")  # no character means more than itself to a shell
Fraction = Annotated[float, Field(ge=0, lt=1)]


def safe(launcher: str) -> str:
    """Check what becomes part of a command line."""
    if LAUNCHER.fullmatch(launcher):
        return launcher
    raise ValueError("must be python or torchrun, and options of letters, digits and _./:=,@+-")


class Augment(Section):
    rotate: Annotated[float, Field(ge=0, le=180)]
    scale: Fraction
    shear: Fraction
    shift: Annotated[float, Field(ge=0, le=28)]
    elastic: Annotated[float, Field(ge=0, le=28)]
    copies: Annotated[int, Field(ge=1, le=100)]


class TrainParams(Compute):
    model_config = ConfigDict(extra="forbid")

    launcher: Annotated[str, AfterValidator(safe)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    epochs: Annotated[int, Field(ge=0, le=1_000_000)]
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)]
    learning_rate: Annotated[float, Field(gt=0, le=1000)]
    schedule: Literal["constant", "one_cycle"]
    momentum: Fraction
    weight_decay: Fraction
    label_smoothing: Fraction
    clip_norm: Annotated[float, Field(ge=0, le=1_000_000)]
    augment: Augment
    precise_batch_norm: bool
    snapshots: list[Annotated[int, Field(ge=0)]]

    def kept_epochs(self) -> list[int]:
        """The epochs whose weights are kept: the snapshots that are reached, and the last."""
        return sorted({epoch for epoch in self.snapshots if epoch < self.epochs} | {self.epochs})
