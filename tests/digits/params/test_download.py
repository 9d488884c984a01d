from collections.abc import Callable
from pathlib import Path

import pytest

from tests.digits.params.conftest import changed


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("dataset", "EMNIST", "download.dataset = 'EMNIST' (str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("dataset", "mnist", "download.dataset = 'mnist' (str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("sources", "mirror", "download.sources = 'mirror' (str): must be a valid list"),
        ("sources", [], "download.sources = [] (list): must have at least 1 item after validation, not 0"),
        ("sources", [""], "download.sources[0] = '' (str): must have at least 1 character"),
        ("sources", [3], "download.sources[0] = 3 (int): must be a valid string"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"download.{key}", value) == line


@pytest.mark.parametrize("source", ["mirror", "package", "~/mnist", "/usr/share/mnist", "..\\mnist", "my-pictures"])
def test_services_and_folders_are_sources_whether_they_are_there_or_not(tmp_path: Path, source: str) -> None:
    section = changed(tmp_path / "params.yaml", "download.sources", [source])
    assert section.model_dump()["sources"] == [source]
