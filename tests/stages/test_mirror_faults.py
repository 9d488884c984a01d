import gzip
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror, process
from stages import download
from tests.faulty_server import Server, serving
from tests.imports import ROOT
from tests.parameters import section

Attempt = Callable[[list[str]], list[str]]

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
def attempt(
    raw: Path, out: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Attempt:
    """`attempt(mirrors)`: the lines on stderr, after the next source was used where the mirrors failed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    known = [(name, hashlib.md5(c, usedforsecurity=False).hexdigest()) for name, c in server.files.items()]

    def run(mirrors: list[str]) -> list[str]:
        def at(command: list[str], folder: Path) -> None:
            assert command[:3] == [sys.executable, "-m", "digits.data.sources.mirror"]
            code = AT.format(mirrors=mirrors, known=known, arguments=command[3:])
            process.run_program([sys.executable, "-c", code], folder)

        monkeypatch.setattr(mirror, "run_program", at)
        download.main(section("download", dataset="KMNIST", sources=["mirror", str(raw)]), out)
        assert all((out / name).read_bytes() == (raw / name).read_bytes() for name in FILES)
        assert list(out.parent.iterdir()) == [out]
        return capsys.readouterr().err.splitlines()

    return run


def test_every_faulty_mirror_is_told_and_the_next_source_used(server: Server, attempt: Attempt) -> None:
    with serving({}, trusted=False) as other:
        mirrors = [*(f"{server.url}/{fault}/" for fault in FAULTS), f"{other.url}/fine/"]
        [line] = attempt(mirrors)
    said = line.removeprefix("source mirror: ").split("; ")
    for mirror_, text, reason in zip(mirrors, said, [*FAULTS.values(), "certificate verify failed"], strict=True):
        assert text.startswith(f"{mirror_}: ")
        assert reason in text
    assert all(any(path.startswith(f"/{fault}/") for path in server.asked) for fault in FAULTS)


def test_a_good_mirror_after_a_faulty_one_is_used(server: Server, attempt: Attempt) -> None:
    assert attempt([f"{server.url}/{fault}/" for fault in ("not-found", "fine", "silent")]) == []
    assert server.asked[-1] == f"/fine/{FILES[-1]}.gz"
