"""Where torch computes: the part of section `train` that evaluate reads too."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from digits.pipeline.section import Section


def check_device(name: str) -> str:
    if not re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?|mps", name):
        raise ValueError("must be auto, cpu, cuda, a GPU by its number such as cuda:0, or mps")
    return name


class Compute(Section):
    """The section has more; here it is left out."""

    model_config = ConfigDict(extra="ignore")

    threads: Annotated[int, Field(ge=1, le=1024)]
    device: Annotated[str, AfterValidator(check_device)]
    precision: Literal["auto", "float32", "bfloat16"]
