"""Training in several processes on this machine, as `train.processes` starts it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
import yaml

from tests.clones import ENVIRONMENT, heed_ctrl_c
from tests.imports import ROOT
from tests.stages.conftest import contents

ARGUMENTS = ["data/subset", "models", "augmented.npy", "train.json", "history.csv", "checkpoints"]
COMMAND = [sys.executable, "-m", "stages.train", *ARGUMENTS]


@pytest.fixture
def folder(tmp_path: Path, run: Path, small: dict[str, Any]) -> Path:
    """Somewhere to train in two processes, on 200 images in batches of 9 with copies: the last holds two images."""
    return prepared(tmp_path / "folder", run, small)


def prepared(folder: Path, run: Path, small: dict[str, Any], **changes: object) -> Path:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    for section in ("model", "train"):
        params[section] = small[section].model_dump()
    params["train"] |= {"batch_size": 9, "schedule": "constant", "learning_rate": 0.005, "processes": 2, **changes}
    folder.mkdir()
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    (folder / "data").symlink_to(run / "data")
    return folder


@contextmanager
def started(folder: Path, *before: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """The stage, started in `folder` by a command that takes it as arguments, in an environment with `changes`."""
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)} | changes
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "preexec_fn": heed_ctrl_c}
    with subprocess.Popen([*before, *COMMAND], cwd=folder, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            for each in (
                (*psutil.Process(process.pid).children(recursive=True), process) if process.poll() is None else ()
            ):
                each.kill()


def trained(folder: Path, *before: str, **changes: str) -> pd.DataFrame:
    with started(folder, *before, **changes) as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    return pd.read_csv(folder / "history.csv")


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        name: content for name, content in contents(folder).items() if not name.startswith((".dvc/", "params.yaml"))
    }


def test_two_processes_learn_together(folder: Path) -> None:
    history = trained(folder)
    assert history["train_loss"].iloc[-1] < history["train_loss"].iloc[0] - 0.1


@pytest.mark.slow
def test_the_number_of_processes_decides_every_byte(folder: Path, tmp_path: Path, run: Path, small: Any) -> None:
    again = prepared(tmp_path / "again", run, small)
    trained(folder)
    trained(again)
    made = outputs(folder)
    assert made == outputs(again)
    assert {"history.csv", "train.json", "models/cnn.safetensors", "augmented.npy"} <= set(made)


@pytest.mark.slow
def test_a_process_that_dies_ends_the_training_which_then_goes_on(
    tmp_path: Path, run: Path, small: dict[str, Any]
) -> None:
    whole, killed = (prepared(tmp_path / name, run, small, epochs=12) for name in ("whole", "killed"))
    trained(whole)
    with started(killed) as launcher:
        await_epoch(killed / "history.csv", 2)
        worker(launcher, 1).kill()
        said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 1
    assert "error: a process of this training was ended by signal 9; `dvc repro` goes on from the last" in said
    assert "Traceback" not in said
    assert not (killed / "models/cnn.safetensors").exists()
    with started(killed) as launcher:
        said = launcher.communicate(timeout=120)[0]
    assert said.count("a checkpoint was found: going on after epoch") == 1
    assert outputs(killed) == outputs(whole)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_ends_the_stage_ends_its_processes(
    tmp_path: Path, run: Path, small: dict[str, Any], number: signal.Signals, code: int
) -> None:
    folder = prepared(tmp_path / "folder", run, small, epochs=1000)
    with started(folder) as launcher:
        await_epoch(folder / "history.csv", 1)
        workers = [worker(launcher, rank) for rank in (0, 1)]
        assert {each.environ()["OMP_NUM_THREADS"] for each in workers} == {"1"}, "train.threads"
        launcher.send_signal(number)
        said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == code
    assert "Traceback" not in said
    assert not any(each.is_running() for each in workers)


def test_a_second_training_in_the_same_folder_is_refused(tmp_path: Path, run: Path, small: dict[str, Any]) -> None:
    folder = prepared(tmp_path / "folder", run, small, epochs=1000)
    with started(folder) as first:
        await_epoch(folder / "history.csv", 1)
        with started(folder) as second:
            said = second.communicate(timeout=60)[0]
        holder = worker(first, 0).pid
    assert second.returncode == 1
    assert f"error: a stage is running in this folder already (process {holder})" in said


def await_epoch(history: Path, epoch: int) -> None:
    for _ in range(600):
        if history.exists() and len(history.read_text().splitlines()) > epoch + 1:
            return
        time.sleep(0.05)
    raise AssertionError(f"no epoch {epoch} within 30 s")


def worker(launcher: subprocess.Popen[str], rank: int) -> psutil.Process:
    children = psutil.Process(launcher.pid).children(recursive=True)
    return next(child for child in children if child.environ().get("RANK") == str(rank))
