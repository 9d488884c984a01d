"""The project in folders of its own, to run and to damage."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests import parameters
from tests.imports import ROOT

BIN = Path(sys.executable).parent
APART = ("metrics/", "plots/", "dvc.lock", "studies/learning_curve/")  # results, and a study that takes hours
APART += tuple(f"studies/seeds/{name}" for name in ("results.csv", "metrics.json", "trials.csv", "dvc.lock"))
SETTINGS = (("user.name", "test"), ("user.email", "test@localhost"), ("commit.gpgsign", "false"))
ENVIRONMENT = os.environ | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "DVC_NO_ANALYTICS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait leave the cores to the other tests
}


def heed_ctrl_c() -> None:
    """For a new process: one that was started in the background would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(folder: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = ENVIRONMENT | changes
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, *arguments, PYTHONPATH=str(ROOT))


def succeed(folder: Path, *command: str, **changes: str) -> str:
    """What a command says, on both streams. AssertionError: it failed."""
    ended = run(folder, *command, **changes)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def clone(target: Path, source: Path) -> Path:
    """The files git would commit, in a repository of their own, with the tests' parameters and `source` for data."""
    for name in run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith(APART):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    parameters.write(target, download={"dataset": "FashionMNIST", "sources": [str(source)]})
    succeed(target, "git", "init", "--quiet", "--initial-branch=main")
    for key, value in SETTINGS:
        succeed(target, "git", "config", key, value)
    return target


def commit(folder: Path) -> None:
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", "commit", "--quiet", "--message", "results")


def change(folder: Path, **sections: dict[str, Any]) -> None:
    path = folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    for section, values in sections.items():
        params[section] |= values
    path.write_text(yaml.safe_dump(params, sort_keys=False))
