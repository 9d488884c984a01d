import signal
from unittest.mock import Mock

import pytest
from torch.distributed import DistError
from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from digits.training.launch import is_launcher, launch

TWO = {"PET_NNODES": "2", "PET_NODE_RANK": "1", "PET_MASTER_ADDR": "first.example", "PET_MASTER_PORT": "29500"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the variables that count is set."""
    for name in (*TWO, "RANK", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "")  # to be put back, whatever the test sets
        monkeypatch.delenv(name)


def test_the_launcher_is_who_was_not_launched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (is_launcher(1), is_launcher(2)) == (False, True)
    monkeypatch.setenv("PET_NNODES", "2")
    assert is_launcher(1)
    monkeypatch.setenv("RANK", "1")
    assert (is_launcher(1), is_launcher(2)) == (False, False)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("PET_NNODES", "1:4", "a whole number"),
        ("PET_NODE_RANK", "", "a whole number"),
        ("PET_MASTER_ADDR", "first; id", "the name or address of the first machine"),
        ("PET_MASTER_PORT", "http", "a whole number"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, kind: str) -> None:
    for variable, good in TWO.items():
        monkeypatch.setenv(variable, value if variable == name else good)
    with pytest.raises(ValueError, match=f"^environment variable {name} = {value!r}: must be {kind}"):
        launch("stages.train", [], processes=1, threads=1)


def failed(*codes: int) -> ChildFailedError:
    failures = [ProcessFailure(rank, pid=99, exitcode=code, error_file="none") for rank, code in enumerate(codes)]
    return ChildFailedError("train", dict(enumerate(failures)))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (None, "^$"),
        (failed(1), "^1$"),
        (SignalException("", signal.SIGTERM), "^143$"),
        (failed(1, -9), "^a process of this training was ended by signal 9; `dvc repro` goes on"),
        (DistError("no answer"), r"^the machines of this training did not meet \(no answer\)$"),
    ],
)
def test_it_ends_as_the_processes_end(monkeypatch: pytest.MonkeyPatch, ending: Exception | None, said: str) -> None:
    monkeypatch.setattr("torch.distributed.run.run", Mock(side_effect=ending))
    with pytest.raises((SystemExit, ValueError), match=said):
        launch("stages.train", [], processes=3, threads=2)
