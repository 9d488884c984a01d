"""The study's params.yaml."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from digits.pipeline.section import Section

PATH = Path("studies/learning_curve/params.yaml")  # seen from the project's folder

Samples = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class StudyParams(Section):
    """The trials, what they are computed with, and where.

    recipes: by number of samples up to which each applies, values that differ from the root's params.yaml, by
    `section.key`.
    """

    samples: Annotated[list[Samples], Field(min_length=1)]
    seeds: Annotated[list[Seed], Field(min_length=1)]
    recipes: dict[Samples, dict[str, Any]]
    threads: Annotated[int, Field(ge=1, le=1024)]
    workers: Annotated[int, Field(ge=0, le=1024)]
    scheduler: Annotated[str, Field(max_length=200)]

    @field_validator("samples", "seeds")
    @classmethod
    def check_each_once(cls, numbers: list[int]) -> list[int]:
        """Refuse a number that stands twice, and with it a trial."""
        if len(set(numbers)) < len(numbers):
            raise ValueError("must hold each number once")
        return numbers
