"""The study's params.yaml."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from digits.pipeline.section import Section

PATH = Path("studies/learning_curve/params.yaml")  # seen from the project's folder

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Recipe(Section):
    """For cells of up to so many samples, other values than the root's params.yaml has, by `section.key`."""

    up_to: Annotated[int, Field(ge=1)]
    set: dict[str, Any]


class StudyParams(Section):
    """The cells, what they are computed with, and where."""

    samples: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    seeds: Annotated[list[Seed], Field(min_length=1)]
    recipes: Annotated[list[Recipe], Field(min_length=1)]
    threads: Annotated[int, Field(ge=1, le=1024)]
    workers: Annotated[int, Field(ge=0, le=1024)]
    scheduler: Annotated[str, Field(max_length=200)]

    @field_validator("samples", "seeds")
    @classmethod
    def each_once(cls, numbers: list[int]) -> list[int]:
        """Refuse a number that stands twice, and with it a cell."""
        if len(set(numbers)) < len(numbers):
            raise ValueError("must hold each number once")
        return numbers

    @field_validator("recipes")
    @classmethod
    def for_all_samples(cls, recipes: list[Recipe], info: ValidationInfo) -> list[Recipe]:
        """Refuse an order in which a recipe never applies, and samples that none applies to."""
        reach = [recipe.up_to for recipe in recipes]
        if reach != sorted(set(reach)):
            raise ValueError("up_to must grow from one to the next")
        if (most := max(info.data.get("samples", [1]))) > reach[-1]:
            raise ValueError(f"the last up_to must be at least {most}, the largest of samples")
        return recipes
