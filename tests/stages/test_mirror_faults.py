import gzip
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror
from digits.data.sources.process import run_program
from tests.faulty_server import Server, serving
from tests.imports import ROOT
from tests.stages.conftest import contents

Fetch = Callable[[list[str]], None]

AT = """
from torchvision.datasets import KMNIST
from digits.data.sources import mirror
mirror.TIMEOUT = 1
KMNIST.mirrors, KMNIST.resources = {mirrors}, {known}
mirror.main(*{arguments})
"""
FAULTS = {  # faults that torchvision sees for itself: what is said of them
    "not-found": "HTTP Error 404: Not Found",
    "truncated": "File not found or corrupted.",
    "flipped": "File not found or corrupted.",
    "silent": "timed out",
}


@pytest.fixture
def server(raw: Path) -> Iterator[Server]:
    with serving({f"{name}.gz": gzip.compress((raw / name).read_bytes(), 1) for name in FILES}) as server:
        yield server


@pytest.fixture
def fetch(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """`fetch(mirrors)`: fetch KMNIST into tmp_path from mirrors that hold what the server has."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    known = [(name, hashlib.md5(c, usedforsecurity=False).hexdigest()) for name, c in server.files.items()]

    def run(mirrors: list[str]) -> None:
        def at(command: list[str], folder: Path) -> None:
            assert command[:3] == [sys.executable, "-m", "digits.data.sources.mirror"]
            run_program([sys.executable, "-c", AT.format(mirrors=mirrors, known=known, arguments=command[3:])], folder)

        monkeypatch.setattr(mirror, "run_program", at)
        mirror.fetch("KMNIST", tmp_path)

    return run


def test_every_faulty_mirror_is_told(server: Server, fetch: Fetch) -> None:
    with serving({}, trusted=False) as other:
        mirrors = [*(f"{server.url}/{fault}/" for fault in FAULTS), f"{other.url}/fine/"]
        with pytest.raises(ValueError, match="certificate verify failed") as error:
            fetch(mirrors)
    for address, said, reason in zip(mirrors, str(error.value).split("; "), [*FAULTS.values(), ""], strict=True):
        assert said.startswith(f"{address}: ")
        assert reason in said
    assert all(any(path.startswith(f"/{fault}/") for path in server.asked) for fault in FAULTS)


def test_a_good_mirror_after_a_faulty_one_is_used(raw: Path, tmp_path: Path, server: Server, fetch: Fetch) -> None:
    fetch([f"{server.url}/{fault}/" for fault in ("not-found", "fine", "silent")])
    assert server.asked[-1] == f"/fine/{FILES[-1]}.gz"
    assert {name: (tmp_path / name).read_bytes() for name in FILES}.items() <= contents(raw).items()
