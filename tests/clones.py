"""The project in folders of its own, to run and to damage."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import yaml

from tests.imports import ROOT

BIN = Path(sys.executable).parent
APART = ("metrics/", "plots/", "dvc.lock", "studies/learning_curve/")  # what runs left, and the study


ENVIRONMENT = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}


def heed_ctrl_c() -> None:
    """For a new process: one that was started in the background would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(folder: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, in an environment with `changes`."""
    environment = ENVIRONMENT | changes
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def clone(target: Path, source: Path) -> Path:
    """The files git would commit, in a repository of their own, with small parameters and `source` for data."""
    listed = run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file() and not name.startswith(APART):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    change(target, download={"dataset": "FashionMNIST", "sources": [str(source)]})
    change(target, subset={"samples": 200, "test_samples": 100}, model={"channels": [4, 8]})
    change(target, train={"epochs": 2, "snapshots": [0, 1], "threads": 1})
    run(target, "git", "init", "--quiet")
    return target


def change(folder: Path, **sections: dict[str, object]) -> None:
    path = folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    for section, values in sections.items():
        params[section] |= values
    path.write_text(yaml.safe_dump(params))
