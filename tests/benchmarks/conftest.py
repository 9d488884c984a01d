import pytest

from benchmarks import recipe
from tests.parameters import write
from tests.studies.conftest import computed

__all__ = ["computed"]  # a fixture of others


@pytest.fixture(autouse=True)
def own_parameters(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks of the tests' own parameters."""
    monkeypatch.setattr(recipe, "ROOT", write(tmp_path_factory.mktemp("own")).parent)
