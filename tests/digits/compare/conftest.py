import shutil
from pathlib import Path

import pytest


@pytest.fixture
def here(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, the test's own to change, and the folder it works in."""
    copy = shutil.copytree(project, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(copy)
    return copy
