"""Training in several processes on this machine, started by torchrun as `train.launcher` does."""

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

from tests.clones import BIN, ENVIRONMENT
from tests.imports import ROOT
from tests.stages.conftest import contents

ARGUMENTS = ["-m", "stages.train", "data/subset", "models", "train.json", "history.csv", "checkpoints"]
ENDED = "error: another process of this training ended or can't be reached; `dvc repro` goes on from the last"


def torchrun(processes: int) -> list[str]:
    return [str(BIN / "torchrun"), "--standalone", f"--nproc-per-node={processes}"]


@pytest.fixture
def folder(tmp_path: Path, run: Path, small: dict[str, Any]) -> Path:
    """Somewhere to train, on 200 images in batches of 9 with copies: the last holds two images, four versions."""
    return prepared(tmp_path / "folder", run, small)


def prepared(folder: Path, run: Path, small: dict[str, Any], **changes: object) -> Path:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    for section in ("model", "train"):
        params[section] = small[section].model_dump()
    params["train"] |= {"batch_size": 9, "schedule": "constant", "learning_rate": 0.005, **changes}
    folder.mkdir()
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    (folder / "data").symlink_to(run / "data")
    return folder


@contextmanager
def started(folder: Path, *launcher: str) -> Iterator[subprocess.Popen[str]]:
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen([*launcher, *ARGUMENTS], cwd=folder, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            for each in (
                (*psutil.Process(process.pid).children(recursive=True), process) if process.poll() is None else ()
            ):
                each.kill()


def trained(folder: Path, *launcher: str) -> pd.DataFrame:
    with started(folder, *launcher) as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    return pd.read_csv(folder / "history.csv")


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(folder).items() if not name.startswith(".dvc/")}


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory, run: Path, small: dict[str, Any]) -> pd.DataFrame:
    return trained(prepared(tmp_path_factory.mktemp("alone") / "folder", run, small), sys.executable)


@pytest.mark.parametrize("processes", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_the_history_is_that_of_one_process(folder: Path, alone: pd.DataFrame, processes: int) -> None:
    """Within what rounding leads to; tests of digits/network/distributed.py show that the arithmetic is the same."""
    history = trained(folder, *torchrun(processes))
    pd.testing.assert_frame_equal(history, alone, rtol=0.02, atol=0.02)
    assert history["train_loss"].iloc[-1] < history["train_loss"].iloc[0] - 0.1, "it learned"


@pytest.mark.slow
def test_the_number_of_processes_decides_every_byte(folder: Path, tmp_path: Path, run: Path, small: Any) -> None:
    again = prepared(tmp_path / "again", run, small)
    trained(folder, *torchrun(2))
    trained(again, *torchrun(2))
    made = outputs(folder)
    assert made == outputs(again)
    assert {"history.csv", "train.json", "models/cnn.safetensors", "models/augmented.npz"} <= set(made)


@pytest.mark.slow
def test_a_process_that_dies_ends_the_training_which_then_goes_on(
    tmp_path: Path, run: Path, small: dict[str, Any]
) -> None:
    whole, killed = (prepared(tmp_path / name, run, small, epochs=12) for name in ("whole", "killed"))
    trained(whole, *torchrun(2))
    unhurried = "--monitor-interval=5"  # seconds; or torchrun may end the other process before that has noticed
    with started(killed, *torchrun(2), unhurried) as launcher:
        await_epoch(killed / "history.csv", 2)
        kill_second(launcher)
        said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode != 0
    assert ENDED in said
    assert not (killed / "models/cnn.safetensors").exists()
    with started(killed, *torchrun(2)) as launcher:
        said = launcher.communicate(timeout=120)[0]
    assert said.count("a checkpoint was found: going on after epoch") == 1
    assert outputs(killed) == outputs(whole)


def await_epoch(history: Path, epoch: int) -> None:
    for _ in range(600):
        if history.exists() and len(history.read_text().splitlines()) > epoch + 1:
            return
        time.sleep(0.05)
    raise AssertionError(f"no epoch {epoch} within 30 s")


def kill_second(launcher: subprocess.Popen[str]) -> None:
    for child in psutil.Process(launcher.pid).children(recursive=True):
        if child.environ().get("RANK") == "1":
            child.kill()
            return
    raise AssertionError("no second process")
