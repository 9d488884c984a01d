import ast
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch

from digits.network.device import prepare_device


def has(monkeypatch: pytest.MonkeyPatch, *, gpus: int = 0, mps: bool = False) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setattr(torch.mps, "is_available", lambda: mps)


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    has(monkeypatch)
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG")
    monkeypatch.setattr(torch.utils.deterministic, "fill_uninitialized_memory", True)
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(mode=deterministic)


def test_torch_is_deterministic_on_so_many_threads() -> None:
    prepare_device("cpu", threads=2)
    assert torch.are_deterministic_algorithms_enabled()
    assert not torch.utils.deterministic.fill_uninitialized_memory
    assert torch.get_num_threads() == 2
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"


def test_auto_is_the_fastest_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for gpus, mps, device in ((0, False, "cpu"), (0, True, "mps"), (1, True, "cuda")):
        has(monkeypatch, gpus=gpus, mps=mps)
        assert prepare_device("auto", threads=1) == torch.device(device)


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, gpus=2)
    assert prepare_device("cuda:1", threads=1) == torch.device("cuda:1")
    with pytest.raises(ValueError, match=r"train.device = 'cuda:2': this machine has cuda, cpu, cuda:0, cuda:1$"):
        prepare_device("cuda:2", threads=1)


@pytest.mark.parametrize(("name", "most"), [("cuda", 2), ("cuda:1", 1), ("mps", 1)])
def test_processes_share_a_cpu_and_no_other_device(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    has(monkeypatch, gpus=2, mps=True)
    prepare_device("cpu", threads=1, processes=64)
    prepare_device(name, threads=1, processes=most)
    with pytest.raises(
        ValueError, match=f"params.yaml: train.processes = {most + 1}: must be at most {most} on {name}$"
    ):
        prepare_device(name, threads=1, processes=most + 1)


AFFINITIES = """
import os, torch
from digits.network.device import prepare_device
prepare_device("cpu", threads={threads})
torch.ones(1 << 20).add_(1)
print([sorted(os.sched_getaffinity(int(thread))) for thread in sorted(os.listdir("/proc/self/task"), key=int)])
"""


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system has no affinities")
def test_threads_keep_to_cores_of_their_own_where_they_take_all_cores() -> None:
    cores = sorted(os.sched_getaffinity(0))
    for threads, kept in ((len(cores), [[core] for core in cores[1:]]), (len(cores) + 1, [])):
        code = AFFINITIES.format(threads=threads)
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        first, *others = ast.literal_eval(said)
        assert first == cores
        assert [place for place in others if place != cores] == kept
