"""What the sections of params.yaml have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Nothing unknown, nothing converted, nothing changed later.

    A parameter has no default, unless it came later: then the one that leaves params.yaml and weights of before as
    they were.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
