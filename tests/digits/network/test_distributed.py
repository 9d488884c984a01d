import json
import subprocess
import sys
from typing import Any

import pytest
import torch

from digits.network import distributed
from digits.network.distributed import processes, share
from tests.clones import BIN, ENVIRONMENT
from tests.imports import ROOT

MODULE = ["-m", "tests.digits.training.in_double_precision"]


def result(*launcher: str) -> Any:
    environment = ENVIRONMENT | {"OMP_NUM_THREADS": "1"}
    ended = subprocess.run([*launcher, *MODULE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def alone() -> Any:
    return result(sys.executable)


@pytest.mark.parametrize("number", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_several_processes_take_the_steps_of_one(alone: Any, number: int) -> None:
    """To 13 digits of float64; in float32 sums in another order would soon lead elsewhere.

    Of the last batch of four images the first of five processes has none.
    """
    together = result(str(BIN / "torchrun"), "--standalone", f"--nproc-per-node={number}")
    assert together["rows"] == alone["rows"]
    for mine, theirs in zip(together["state"], alone["state"], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-10, abs=1e-12)
    assert alone["rows"][2][1] < alone["rows"][0][1], "it learned"


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize(("start", "stop"), [(0, 9), (16, 18), (5, 5)])
def test_each_place_is_one_process_s(monkeypatch: pytest.MonkeyPatch, number: int, start: int, stop: int) -> None:
    monkeypatch.setattr(distributed, "world", lambda: number)
    monkeypatch.setattr(distributed.dist, "is_initialized", lambda: True)
    shares = []
    for rank in range(number):
        monkeypatch.setattr(distributed.dist, "get_rank", lambda rank=rank: rank)
        shares.append(share(start, stop))
    assert [place for part in shares for place in part] == list(range(start, stop))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_mps_cannot_be_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ValueError, match="mps trains in one process"), processes(torch.device("mps")):
        pass


def test_alone_an_error_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="a defect"), processes(torch.device("cpu")):
        raise RuntimeError("a defect")
