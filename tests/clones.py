"""The project in folders of its own, to run and to damage."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
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


@contextmanager
def started(folder: Path, *command: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """A command in `folder`, what it says on either stream at its `stdout`; in the end all that is left is killed."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)} | changes
    with subprocess.Popen(command, cwd=folder, env=environment, preexec_fn=heed_ctrl_c, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            if process.poll() is None:
                for each in (*psutil.Process(process.pid).children(recursive=True), process):
                    each.kill()


def wait_for(what: Callable[[], object], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


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
    init(target)
    return target


def init(folder: Path) -> None:
    succeed(folder, "git", "init", "--quiet", "--initial-branch=main")
    for key, value in SETTINGS:
        succeed(folder, "git", "config", key, value)


def commit(folder: Path) -> None:
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", "commit", "--quiet", "--message", "results")


def change(folder: Path, **sections: dict[str, Any]) -> None:
    path = folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    for section, values in sections.items():
        params[section] |= values
    path.write_text(yaml.safe_dump(params, sort_keys=False))
