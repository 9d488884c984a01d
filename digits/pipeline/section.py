"""What the sections of params.yaml have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Nothing unknown, nothing missing, nothing converted, nothing changed later; no default anywhere."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
