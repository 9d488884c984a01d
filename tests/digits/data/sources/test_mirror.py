import os
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror
from tests.imports import ROOT

TORCHVISION = f"""
import socket
from pathlib import Path
class MNIST:
    mirrors = ["https://one.example/", "https://two.example/"]
    def __init__(self, root, download):
        [mirror] = self.mirrors
        if "one" in mirror:
            raise RuntimeError(f"Error downloading:\\nTried {{mirror}}, got:\\nno route to host\\n")
        if "two" in mirror or socket.getdefaulttimeout() != 10:
            raise TimeoutError
        raw = Path(root, "KMNIST/raw")
        raw.mkdir(parents=True)
        for name in {FILES} if download else ():
            (raw / name).write_text(name)
class KMNIST(MNIST):
    mirrors = (*MNIST.mirrors, "https://three.example/", "https://not.asked.example/")
"""


@pytest.fixture(autouse=True)
def torchvision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of this name, for the process that mirror.py starts."""
    (tmp_path / "fake/torchvision").mkdir(parents=True)
    (tmp_path / "fake/torchvision/__init__.py").touch()
    (tmp_path / "fake/torchvision/datasets.py").write_text(TORCHVISION)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "fake"), str(ROOT)]))
    monkeypatch.chdir(tmp_path)


def test_the_first_mirror_that_works_is_used_and_none_waited_for_in_vain(tmp_path: Path) -> None:
    mirror.fetch("KMNIST", tmp_path)
    assert [(tmp_path / name).read_text() for name in FILES] == list(FILES)


def test_the_reason_of_every_mirror_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no route") as failure:
        mirror.fetch("MNIST", tmp_path)
    assert str(failure.value) == "https://one.example/: no route to host; https://two.example/: TimeoutError"
