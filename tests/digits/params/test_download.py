from collections.abc import Callable
from pathlib import Path

import pytest

from tests.digits.params.conftest import changed

SOURCE = "must be 'mirror', 'package' or the path of a folder, and no such folder exists"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("dataset", "EMNIST", "download.dataset = 'EMNIST' (str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("dataset", "mnist", "download.dataset = 'mnist' (str): must be 'MNIST', 'FashionMNIST', 'KMNIST' or 'own'"),
        ("sources", "mirror", "download.sources = 'mirror' (str): must be a valid list"),
        ("sources", [], "download.sources = [] (list): must have at least 1 item after validation, not 0"),
        ("sources", ["mirror", "miror"], f"download.sources[1] = 'miror': {SOURCE}"),
        ("sources", [""], f"download.sources[0] = '': {SOURCE}"),
        ("sources", ["a" * 300], f"download.sources[0] = '{'a' * 47}...{'a' * 48}': {SOURCE}"),
        ("sources", [3], "download.sources[0] = 3 (int): must be a valid string"),
    ],
)
def test_bad_values(refusal: Callable[[str, object], str], key: str, value: object, line: str) -> None:
    assert refusal(f"download.{key}", value) == line


@pytest.mark.parametrize("source", ["mirror", "package", "~/mnist", "/usr/share/mnist", "..\\mnist", "here"])
def test_services_and_folders_are_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    section = changed(tmp_path / "params.yaml", "download.sources", [source])
    assert section.model_dump()["sources"] == [source]
