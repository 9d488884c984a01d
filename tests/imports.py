"""Which of the project's files a stage's code reaches, by reading its imports."""

from studies.imports import ROOT, reached

__all__ = ["ROOT", "reached"]
