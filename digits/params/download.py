"""Section `download` of params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from digits.data.classes import Kind
from digits.pipeline.section import Section


class DownloadParams(Section):
    dataset: Literal["MNIST", "FashionMNIST", "KMNIST", "own"]
    pictures: Kind
    sources: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
