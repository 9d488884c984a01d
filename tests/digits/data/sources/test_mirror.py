import os
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror, process
from tests.imports import ROOT

TORCHVISION = f"""
import time
from pathlib import Path
class MNIST:
    mirrors = ["https://one.example/", "https://two.example/"]
    def __init__(self, root, download):
        [mirror] = self.mirrors
        if "two" in mirror:
            raise TimeoutError
        raise RuntimeError(f"Error downloading:\\nTried {{mirror}}, got:\\nno route to host\\n")
class FashionMNIST:
    mirrors = ["https://slow.example/"]
    def __init__(self, root, download):
        time.sleep(60)
class KMNIST:
    mirrors = ["https://three.example/"]
    def __init__(self, root, download):
        raw = Path(root, "KMNIST/raw")
        raw.mkdir(parents=True)
        for name in {FILES} if download else ():
            (raw / name).write_text(name)
"""


@pytest.fixture
def torchvision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of this name, for the process that mirror.py starts."""
    (tmp_path / "fake/torchvision").mkdir(parents=True)
    (tmp_path / "fake/torchvision/__init__.py").touch()
    (tmp_path / "fake/torchvision/datasets.py").write_text(TORCHVISION)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "fake"), str(ROOT)]))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("torchvision")
def test_the_four_files_are_put_into_the_folder(tmp_path: Path) -> None:
    mirror.fetch("KMNIST", tmp_path)
    assert [(tmp_path / name).read_text() for name in FILES] == list(FILES)


@pytest.mark.usefixtures("torchvision")
def test_the_reason_of_every_mirror_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no route") as failure:
        mirror.fetch("MNIST", tmp_path)
    assert str(failure.value) == "https://one.example/: no route to host; https://two.example/: TimeoutError"


@pytest.mark.usefixtures("torchvision")
def test_a_mirror_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TIME_LIMIT", 0.5)
    with pytest.raises(ValueError, match=r"^gave no result within 0\.5 s$"):
        mirror.fetch("FashionMNIST", tmp_path)


def test_a_silent_server_is_waited_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    class KMNIST:
        mirrors = ("https://example.org/", "https://not.asked.example/")

        def __init__(self, root: str, *, download: bool) -> None:
            calls.append((root, download, self.mirrors))

    datasets = SimpleNamespace(KMNIST=KMNIST)
    monkeypatch.setitem(sys.modules, "torchvision", SimpleNamespace(datasets=datasets))
    monkeypatch.setattr(socket, "setdefaulttimeout", calls.append)
    mirror.main("KMNIST", "folder")
    assert calls == [10, ("folder", True, ["https://example.org/"])]
