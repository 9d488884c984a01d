"""Mirrors that fail in every way, with torchvision itself at the other end."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror, process
from stages import download
from tests.faulty_server import Server, distrusted, serving, zipped
from tests.imports import ROOT
from tests.stages.conftest import contents

Params = Callable[..., Any]
Attempt = Callable[[list[str]], list[str]]

QUICK = {  # faults that torchvision sees for itself: what is said of them
    "not-found": "HTTP Error 404: Not Found",
    "server-error": "HTTP Error 500: Internal Server Error",
    "page": "File not found or corrupted.",
    "truncated": "File not found or corrupted.",
    "flipped": "File not found or corrupted.",
    "silent": "timed out",
    "redirecting": "The HTTP server returned a redirect error that would lead to an infinite loop.",
}


@pytest.fixture
def server(raw: Path) -> Iterator[Server]:
    with serving(zipped({name: (raw / name).read_bytes() for name in FILES})) as server:
        yield server


@pytest.fixture
def attempt(
    params: Params,
    raw: Path,
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Attempt:
    """`attempt(mirrors)`: the lines on stderr, after the next source was used where the mirrors failed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def run(mirrors: list[str]) -> list[str]:
        def at(command: list[str], folder: Path) -> None:
            process.run_program([sys.executable, "-m", "tests.mirror_at", ",".join(mirrors), *command[3:]], folder)

        known = [(name, hashlib.md5(c, usedforsecurity=False).hexdigest()) for name, c in server.files.items()]
        monkeypatch.setenv("RESOURCES", json.dumps(known))
        monkeypatch.setattr(mirror, "run_program", at)
        out = tmp_path / "data/raw"
        download.main(params("download", dataset="KMNIST", sources=["mirror", str(raw)]), out)
        assert {name: contents(out)[name] for name in FILES} == {name: contents(raw)[name] for name in FILES}
        assert list(out.parent.iterdir()) == [out]
        return capsys.readouterr().err.splitlines()

    return run


def test_every_faulty_mirror_is_told_and_the_next_source_used(server: Server, attempt: Attempt) -> None:
    with serving({}, distrusted()) as other:
        mirrors = [*(f"{server.url}/{fault}/" for fault in QUICK), f"{other.url}/fine/"]
        [line] = attempt(mirrors)
    said = line.removeprefix("source mirror: ").split("; ")
    for mirror_, text, reason in zip(mirrors, said, [*QUICK.values(), "certificate verify failed"], strict=True):
        assert text.startswith(f"{mirror_}: ")
        assert reason in text
    assert all(any(path.startswith(f"/{fault}/") for path in server.asked) for fault in QUICK)


@pytest.mark.slow
def test_a_good_mirror_after_faulty_ones_is_used(server: Server, attempt: Attempt) -> None:
    assert attempt([f"{server.url}/{fault}/" for fault in (*QUICK, "fine")]) == []
    assert server.asked[-1] == f"/fine/{FILES[-1]}.gz"


@pytest.mark.slow
def test_a_mirror_that_never_ends_is_ended(server: Server, attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TIME_LIMIT", 10)
    assert attempt([f"{server.url}/trickling/"]) == ["source mirror: gave no result within 10 s"]
