"""A worker computes on what was sent, and only where it would compute the same."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digits.data.classes import write_classes
from studies.trials import worker
from studies.trials.trial import Parameters, override
from studies.trials.worker import check_same, compute, fingerprint_environment, hash_trial, list_code
from tests.imports import ROOT, reached
from tests.stages.conftest import contents


@pytest.fixture
def this_worker(tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker to which the data were sent, and on which this test runs."""
    shutil.make_archive(str(tmp_path / "data"), "zip", raw)
    this = SimpleNamespace(address="w", local_directory=str(tmp_path), state=SimpleNamespace(nthreads=1))
    monkeypatch.setattr(worker, "get_worker", lambda: this)
    monkeypatch.setattr(worker, "CHECKPOINTS", tmp_path / "checkpoints")
    return this


@pytest.mark.usefixtures("this_worker")
def test_a_trial_is_computed_on_what_was_sent_and_its_checkpoints_outlive_an_error_alone(
    raw: Path, base: Parameters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(parameters: Parameters, data: Path, checkpoints: Path) -> dict[str, float]:
        assert (parameters, data, checkpoints) == (base, tmp_path / "data", tmp_path / "checkpoints/x/state")
        print("a line that would mix with others")
        if not checkpoints.exists():
            checkpoints.mkdir()
            raise KeyError
        return {"accuracy": 0.5}

    monkeypatch.setattr(worker, "measure", measure)
    arguments = ("x", base.model_dump(), fingerprint_environment(raw), "data")
    with pytest.raises(KeyError):
        compute(*arguments)
    assert compute(*arguments) == {"accuracy": 0.5}
    assert not (tmp_path / "checkpoints/x").exists()
    assert capsys.readouterr() == ("", "")
    assert contents(tmp_path / "data") == contents(raw)


def test_several_threads_are_refused(this_worker: Any, base: Parameters) -> None:
    this_worker.state.nthreads = 4
    with pytest.raises(ValueError, match=r"^worker w on .*: 4 threads: start it with --nthreads 1"):
        compute("x", base.model_dump(), {}, "data")


def test_a_worker_that_would_compute_something_else_is_refused(raw: Path) -> None:
    here = fingerprint_environment(raw)
    assert set(here) >= {"code", "data", "torch", "numpy", "processor", "device"}
    check_same(here, here, "w", auto=True)
    check_same(here | {"device": "cuda"}, here, "w", auto=False)  # a device that is named
    for what, value in here.items():
        with pytest.raises(ValueError, match=rf"^w: its {what} differs: other there, {re.escape(value[:16])}"):
            check_same(here | {what: "other"}, here, "w", auto=True)


def test_the_key_changes_with_parameters_code_and_data_and_not_with_the_machine(base: Parameters) -> None:
    here = {"code": "1", "data": "2", "torch": "3", "numpy": "4", "processor": "5", "device": "6"}
    key = hash_trial(base, here)
    assert hash_trial(override(base, {"train.processes": 2}, ""), here) == key
    for changed in ({"train.epochs": 3}, {"model.deskew": False}, {"subset.test_samples": 7}):
        assert hash_trial(override(base, changed, ""), here) != key
    assert {name for name in here if hash_trial(base, here | {name: "x"}) != key} == {"code", "data"}


def test_data_and_classes_are_part_of_the_fingerprint(raw: Path) -> None:
    fingerprints = [fingerprint_environment(raw), fingerprint_environment(raw)]
    labels = raw / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x09")
    fingerprints.append(fingerprint_environment(raw))
    write_classes(raw / "classes.txt", ("a", "b"))
    fingerprints.append(fingerprint_environment(raw))
    assert [len({each[what] for each in fingerprints}) for what in ("data", "code")] == [3, 1]


def test_the_code_is_what_subset_and_train_depend_on() -> None:
    listed = {path.relative_to(ROOT).as_posix() for path in list_code(ROOT)}
    expected = reached(ROOT / "stages/subset.py") | reached(ROOT / "stages/train.py")
    assert {name for name in listed if not name.endswith("__init__.py")} == expected
    assert "stages/evaluate.py" not in listed, "a new metric would make every trial missing"
