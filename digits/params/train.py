"""Section `train` of params.yaml."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from digits.params.compute import Compute
from digits.pipeline.section import Section

Fraction = Annotated[float, Field(ge=0, lt=1)]


class AugmentParams(Section):
    rotate: Annotated[float, Field(ge=0, le=180)]
    scale: Fraction
    shear: Fraction
    shift: Annotated[float, Field(ge=0, le=28)]
    repeats: Annotated[int, Field(ge=1, le=100)]


class TrainParams(Compute):
    model_config = ConfigDict(extra="forbid")

    processes: Annotated[int, Field(ge=1, le=64)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    epochs: Annotated[int, Field(ge=0, le=1_000_000)]
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)]
    learning_rate: Annotated[float, Field(gt=0, le=1000)]
    schedule: Literal["constant", "one_cycle"]
    momentum: Fraction
    weight_decay: Fraction
    label_smoothing: Fraction
    max_grad_norm: Annotated[float, Field(ge=0, le=1_000_000)]
    augment: AugmentParams
    snapshots: list[Annotated[int, Field(ge=0)]]

    def kept_epochs(self) -> list[int]:
        """The epochs whose weights are kept: the snapshots that are reached, and the last."""
        return sorted({epoch for epoch in self.snapshots if epoch < self.epochs} | {self.epochs})
