"""docs/experiments.md, from its first command to its last."""

from pathlib import Path

import pytest

from tests.docs.console import follow
from tests.imports import ROOT


@pytest.mark.slow
def test_the_page(committed: Path) -> None:
    follow(ROOT / "docs/experiments.md", committed)
