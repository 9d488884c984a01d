import re
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd
import psutil
import pytest

from tests.clones import started, wait_for
from tests.parameters import write
from tests.stages.conftest import contents

ARGUMENTS = ["data/subset", "models", "augmented.npy", "train.json", "history.csv", "checkpoints"]
COMMAND = [sys.executable, "-m", "stages.train", *ARGUMENTS]


def prepared(folder: Path, run: Path, **changes: object) -> Path:
    """Somewhere to train in two processes, on 200 images in batches of 9 with repeats: the last holds two images."""
    smaller = {"batch_size": 9, "schedule": "constant", "learning_rate": 0.005, "processes": 2}
    folder.mkdir()
    write(folder, train=smaller | changes)
    (folder / "data").symlink_to(run / "data")
    return folder


def training(folder: Path, *before: str, **changes: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """The stage, started in `folder` by a command that takes it as arguments, in an environment with `changes`."""
    return started(folder, *before, *COMMAND, **changes)


def trained(folder: Path, *before: str, **changes: str) -> str:
    with training(folder, *before, **changes) as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    return said


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: made for name, made in contents(folder).items() if not name.startswith((".dvc/", "params.yaml"))}


def test_two_processes_learn_together_and_load_nothing_that_draws(tmp_path: Path, run: Path) -> None:
    folder = prepared(tmp_path / "folder", run, snapshots=[])
    said = trained(folder, PYTHONPROFILEIMPORTTIME="1")
    losses = pd.read_csv(folder / "history.csv")["train_loss"]
    assert losses.iloc[-1] < losses.iloc[0] - 0.1
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines()}
    assert loaded & {"torch", "torchvision", "pandas", "matplotlib"} == {"torch"}


@pytest.mark.slow
def test_a_process_that_dies_ends_the_training_which_goes_on_to_the_same_bytes(tmp_path: Path, run: Path) -> None:
    whole, killed = (prepared(tmp_path / name, run, epochs=12) for name in ("whole", "killed"))
    trained(whole)
    with training(killed) as launcher:
        await_epoch(killed, 2)
        worker(launcher, 1).kill()
        said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 1
    assert re.search(r"error: a process of this training was ended by signal (9|15); `dvc repro` goes on", said), said
    assert "Traceback" not in said
    assert not (killed / "models/cnn.safetensors").exists()
    assert trained(killed).count("a checkpoint was found: resuming after epoch") == 1
    assert outputs(killed) == outputs(whole)


@pytest.mark.slow
def test_ctrl_c_ends_all_processes_and_until_then_a_second_training_is_refused(tmp_path: Path, run: Path) -> None:
    folder = prepared(tmp_path / "folder", run, epochs=1000)
    with training(folder) as launcher:
        await_epoch(folder, 1)
        workers = [worker(launcher, rank) for rank in (0, 1)]
        assert {each.environ()["OMP_NUM_THREADS"] for each in workers} == {"1"}, "train.threads"
        with training(folder) as second:
            refusal = second.communicate(timeout=60)[0]
        assert f"error: a stage is running in this folder already (process {workers[0].pid})" in refusal
        launcher.send_signal(signal.SIGINT)
        said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 130
    assert "Traceback" not in said
    assert not any(each.is_running() for each in workers)


def await_epoch(folder: Path, epoch: int) -> None:
    history = folder / "history.csv"
    wait_for(lambda: history.exists() and len(history.read_text().splitlines()) > epoch + 1)


def worker(launcher: subprocess.Popen[str], rank: int) -> psutil.Process:
    children = psutil.Process(launcher.pid).children(recursive=True)
    return next(child for child in children if child.environ().get("RANK") == str(rank))
