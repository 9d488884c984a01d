"""Benchmarks of the tests' own parameters."""

from pathlib import Path

import pytest

from benchmarks import recipe
from tests.parameters import write


@pytest.fixture(autouse=True)
def own_parameters(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write(folder)
    monkeypatch.setattr(recipe, "ROOT", folder)
    return folder
