"""What the loader says to a params.yaml with one change."""

from tests.digits.params.conftest import refusal

__all__ = ["refusal"]
