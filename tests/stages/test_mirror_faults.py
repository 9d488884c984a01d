"""Mirrors that fail in every way, with torchvision itself at the other end."""

import hashlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digits.data.idx import FILES
from digits.data.sources import mirror, process
from stages import download
from tests.faulty_server import Server, distrusted, endless_gzip, serving, zipped
from tests.imports import ROOT
from tests.stages.conftest import contents

Params = Callable[..., Any]
Attempt = Callable[[list[str]], list[str]]

QUICK = {  # faults that torchvision sees for itself: what is said of them
    "not-found": "HTTP Error 404: Not Found",
    "server-error": "HTTP Error 500: Internal Server Error",
    "page": "File not found or corrupted.",
    "truncated": "File not found or corrupted.",
    "cut": "File not found or corrupted.",
    "flipped": "File not found or corrupted.",
    "silent": "timed out",
    "redirecting": "The HTTP server returned a redirect error that would lead to an infinite loop.",
    "circular": "The HTTP server returned a redirect error that would lead to an infinite loop.",
}
BOUNDED = {
    "endless": "sent more than 20,000,000 bytes, which no data set here takes",
    "trickling": "gave no result within 25 s (download.time_limit)",
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
    monkeypatch.setattr(process, "MOST_WRITTEN", 20_000_000)

    def run(mirrors: list[str]) -> list[str]:
        def at(command: list[str], folder: Path, *, time_limit: float) -> None:
            there = [sys.executable, "-m", "tests.mirror_at", ",".join(mirrors), *command[3:]]
            process.run_limited(there, folder, time_limit=time_limit)

        known = [(name, hashlib.md5(c, usedforsecurity=False).hexdigest()) for name, c in server.files.items()]
        monkeypatch.setenv("RESOURCES", json.dumps(known))
        monkeypatch.setattr(mirror, "run_limited", at)
        out, limit = tmp_path / "data/raw", 25 if "trickling" in mirrors[0] else 120
        sources = {"dataset": "KMNIST", "sources": ["mirror", str(raw)]}
        download.main(params("download", **sources, wait=2, time_limit=limit), out)
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


@pytest.mark.parametrize("fault", ["endless", pytest.param("trickling", marks=pytest.mark.slow)])
def test_a_mirror_that_never_ends_is_ended(server: Server, attempt: Attempt, fault: str) -> None:
    assert attempt([f"{server.url}/{fault}/"]) == [f"source mirror: {BOUNDED[fault]}"]


@pytest.mark.slow
def test_a_gzip_that_expands_without_end_is_ended(
    server: Server, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even one with the right MD5, of which torchvision takes the whole content into memory."""
    monkeypatch.setattr(process, "MOST_MEMORY", 1_500_000_000)
    server.files = dict.fromkeys(server.files, b"".join(itertools.islice(endless_gzip(), 4000)))
    assert attempt([f"{server.url}/fine/"]) == [
        "source mirror: took more than 1,500,000,000 bytes of memory, which no data set here takes"
    ]
