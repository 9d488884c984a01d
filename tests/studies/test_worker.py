import re
import tarfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from studies.learning_curve import worker
from studies.learning_curve.trials import fingerprint_environment
from studies.learning_curve.worker import check_same, compute, keep_checkpoints, unpack
from studies.pipeline import Measured, Parameters
from tests.stages.conftest import contents


@pytest.fixture
def this_worker(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker to which the data were sent, and on which this test runs."""
    with tarfile.open(tmp_path / "data.tar", "w") as tar:
        tar.add(raw, ".")
    this = SimpleNamespace(address="w", local_directory=str(tmp_path), state=SimpleNamespace(nthreads=1))
    monkeypatch.setattr(worker, "get_worker", lambda: this)
    return this


@pytest.mark.usefixtures("this_worker")
def test_a_trial_is_computed_on_what_was_sent(
    raw: Path, base: Parameters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    seen: list[tuple[Parameters, Path, Path | None]] = []

    def measure(*arguments: Any) -> Measured:
        seen.append(arguments)
        print("a line that would mix with others")
        return Measured({"accuracy": 0.5, "loss": 1.0, "errors": 3}, {}, 9.0)

    monkeypatch.setattr(worker, "measure", measure)
    monkeypatch.setattr(worker, "ROOT", tmp_path)
    for _ in range(2):
        assert compute(base.model_dump(), "checkpoints/x", fingerprint_environment(raw), "data") == (0.5, 1.0, 3, 9.0)
    assert seen == [(base, tmp_path / "data", tmp_path / "checkpoints/x/state")] * 2
    assert not (tmp_path / "checkpoints/x").exists()
    assert capsys.readouterr() == ("", "")
    assert contents(tmp_path / "data") == contents(raw)


def test_several_trials_at_a_time_and_missing_data_are_refused(
    this_worker: Any, base: Parameters, tmp_path: Path
) -> None:
    this_worker.state.nthreads = 4
    with pytest.raises(ValueError, match=r"^worker w on .*: 4 threads: start it with --nthreads 1"):
        compute(base.model_dump(), "x", {}, "data")
    with pytest.raises(ValueError, match="w: the data did not arrive"):
        unpack(tmp_path / "other.tar", "w")


def test_a_worker_that_would_compute_something_else_is_refused(raw: Path) -> None:
    here = fingerprint_environment(raw)
    assert set(here) >= {"code", "data", "torch", "numpy", "processor", "device"}
    check_same(here, here, "w", auto=True)
    check_same(here | {"device": "cuda"}, here, "w", auto=False)  # a device that is named
    for what, value in here.items():
        with pytest.raises(ValueError, match=rf"^w: its {what} differs: other there, {re.escape(value[:16])}"):
            check_same(here | {what: "other"}, here, "w", auto=True)


def test_checkpoints_outlive_an_error_and_not_the_trial(tmp_path: Path) -> None:
    with suppress(KeyError), keep_checkpoints(tmp_path / "x") as folder:
        assert folder
        folder.mkdir()
        raise KeyError
    with keep_checkpoints(tmp_path / "x") as folder:
        assert folder
        assert folder.is_dir()
    assert not (tmp_path / "x").exists()


def test_checkpoints_of_another_process_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOCK_TIMEOUT", 0.1)
    (tmp_path / "x").mkdir()
    with FileLock(tmp_path / "x/lock"), keep_checkpoints(tmp_path / "x") as folder:
        assert folder is None
    assert (tmp_path / "x").is_dir()
