import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from torch.distributed import DistError
from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from digits.training.launch import is_launcher, launch

TWO = {"PET_NNODES": "2", "PET_NODE_RANK": "1", "PET_MASTER_ADDR": "first.example", "PET_MASTER_PORT": "29500"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`environment(RANK="0")`: sets variables, where none of those that count is set."""
    for name in (*TWO, "RANK", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "")  # to be put back, whatever the test sets
        monkeypatch.delenv(name)
    return lambda **variables: [monkeypatch.setenv(name, value) for name, value in variables.items()]


def launched(monkeypatch: pytest.MonkeyPatch, ending: Exception | None = None) -> tuple[Any, object]:
    """What torchrun would be told, and the exit code where that ends as it does."""
    told: list[Any] = []

    def run(options: Any) -> None:
        told.append((options, os.environ["OMP_NUM_THREADS"]))
        if ending:
            raise ending

    monkeypatch.setattr("torch.distributed.run.run", run)
    with pytest.raises(SystemExit) as ended:
        launch("stages.train", ["data/subset", "--; id"], processes=3, threads=2)
    return *told, ended.value.code or 0  # type: ignore[return-value]


def test_the_launcher_is_who_was_not_launched(environment: Callable[..., None]) -> None:
    assert (is_launcher(1), is_launcher(2)) == (False, True)
    environment(PET_NNODES="2")
    assert is_launcher(1)
    environment(PET_NNODES="2", RANK="1")
    assert (is_launcher(1), is_launcher(2)) == (False, False)


def test_processes_meet_by_themselves_and_machines_at_the_first(
    monkeypatch: pytest.MonkeyPatch, environment: Callable[..., None]
) -> None:
    (options, threads), code = launched(monkeypatch)
    assert (options.standalone, options.nproc_per_node, threads, code) == (True, "3", "2", 0)
    assert (options.module, options.training_script) == (True, "stages.train")
    assert options.training_script_args == ["data/subset", "--; id"]
    environment(**TWO, OMP_NUM_THREADS="7")
    (options, threads), _ = launched(monkeypatch)
    assert (options.standalone, options.nnodes, options.node_rank, threads) == (False, "2", 1, "7")
    assert (options.master_addr, options.master_port) == ("first.example", 29500)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("PET_NNODES", "1:4", "a whole number"),
        ("PET_NODE_RANK", "", "a whole number"),
        ("PET_MASTER_ADDR", "first; id", "the name or address of the first machine"),
        ("PET_MASTER_PORT", "http", "a whole number"),
    ],
)
def test_a_wrong_variable_is_named(environment: Callable[..., None], name: str, value: str, kind: str) -> None:
    environment(**TWO | {name: value})
    with pytest.raises(ValueError, match=f"^environment variable {name} = {value!r}: must be {kind}"):
        launch("stages.train", [], processes=1, threads=1)


def failed(*codes: int) -> ChildFailedError:
    failures = [ProcessFailure(rank, pid=99, exitcode=code, error_file="none") for rank, code in enumerate(codes)]
    return ChildFailedError("train", dict(enumerate(failures)))


@pytest.mark.usefixtures("environment")
def test_it_ends_as_the_processes_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert launched(monkeypatch, failed(1))[1] == 1
    assert launched(monkeypatch, SignalException("", signal.SIGTERM))[1] == 143
    with pytest.raises(ValueError, match=r"^a process of this training was ended by signal 9; `dvc repro` goes on"):
        launched(monkeypatch, failed(1, -9))
    with pytest.raises(ValueError, match=r"^the machines of this training did not meet \(no answer\)$"):
        launched(monkeypatch, DistError("no answer"))
