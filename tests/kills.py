"""Kill the pipeline at random instants and see that it ends with the same bytes: `python -m tests.kills [N [SEED]]`.

A signal goes to the whole process group, to the stage alone, or to DVC alone, which the stage outlives.
DVC writes dvc.lock in several steps: a half-written one is mended by `git checkout dvc.lock`.
"""

import hashlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import yaml

from tests.clones import ENVIRONMENT, change, clone, commit, heed_ctrl_c, run, succeed
from tests.drawing import DRAWN, write_raw

STAGES = ("download", "subset", "train", "evaluate", "plot")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TARGETS = ("group", "stage", "dvc")
WAIT, CUT = "running in this folder already", "'./dvc.lock' validation failed"
PATIENCE = 120  # seconds a stage that outlived DVC may take to end
PRIVATE = (".dvc/", ".git/", "__pycache__")


def kill_and_compare(project: Path, kills: int, seed: int) -> None:
    """Kill stages until that many died of it. AssertionError: a result differs from the undisturbed run's."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    change(project, train={"epochs": 5, "snapshots": [0, 3]})
    finish(project)
    commit(project)
    expected, struck = results(project), 0
    seconds = {stage: run_anew(project, stage) for stage in STAGES}
    for stage in itertools.cycle(STAGES):
        target, number = chance.choice(TARGETS), chance.choice(SIGNALS)
        struck += not run_anew(project, stage, target, number, after=chance.uniform(0, seconds[stage]))
        finish(project)
        assert results(project) == expected, f"{number.name} to {target} in {stage}"
        print(f"{struck} of {kills}, then {number.name} to {target} in {stage}", file=sys.stderr, flush=True)
        if struck == kills:
            break


def run_anew(
    project: Path, stage: str, target: str = "", number: signal.Signals = signal.SIGKILL, *, after: float = 0
) -> float:
    """Run a stage anew and, where a target is given, signal it; the seconds it took, 0 where it was struck down."""
    forget(project, stage)
    dvc = start(project, "dvc", "repro", "--single-item", stage)
    victim, begun = await_stage(dvc, stage), time.monotonic()
    if target and victim:
        time.sleep(after)
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            kill = {"group": partial(os.killpg, dvc.pid), "stage": victim.send_signal, "dvc": dvc.send_signal}
            kill[target](number)
    return 0 if dvc.wait() else time.monotonic() - begun


def start(project: Path, *command: str) -> subprocess.Popen[bytes]:
    how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "preexec_fn": heed_ctrl_c}
    return subprocess.Popen(command, cwd=project, env=ENVIRONMENT, start_new_session=True, **how)


def forget(project: Path, stage: str) -> None:
    """Let DVC know of no earlier run of the stage, whose results it would fetch from its cache."""
    shutil.rmtree(project / ".dvc/cache/runs", ignore_errors=True)
    lock = project / "dvc.lock"
    content = yaml.safe_load(lock.read_text())
    content["stages"].pop(stage, None)
    lock.write_text(yaml.safe_dump(content))


def await_stage(dvc: subprocess.Popen[bytes], stage: str) -> psutil.Process | None:
    """The process of `stage` below a `dvc repro`, once there is one; None: there was none."""
    while dvc.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(dvc.pid).children(recursive=True):
                if process.cmdline()[1:3] == ["-m", f"stages.{stage}"]:
                    return process
        time.sleep(0.01)
    return None


def finish(project: Path) -> None:
    """`dvc repro` until it succeeds, as a person would who is told what is in its way."""
    end = time.monotonic() + PATIENCE
    while (ended := run(project, "dvc", "repro")).returncode:
        assert CUT in ended.stderr or (WAIT in ended.stderr and time.monotonic() < end), ended.stderr
        if CUT in ended.stderr:
            succeed(project, "git", "checkout", "dvc.lock")
        time.sleep(0.5)


def results(project: Path) -> dict[str, str]:
    """SHA-256 of every file of the project but DVC's, git's and Python's own; of dvc.lock in any order of keys."""
    files = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.is_file()}
    contents = {name: path.read_bytes() for name, path in files.items() if not any(part in name for part in PRIVATE)}
    contents["dvc.lock"] = yaml.safe_dump(yaml.safe_load(contents["dvc.lock"])).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


if __name__ == "__main__":
    given = list(map(int, sys.argv[1:]))
    with tempfile.TemporaryDirectory() as folder:
        source = write_raw(Path(folder) / "source", *DRAWN)
        kill_and_compare(clone(Path(folder) / "clone", source), *given, *(100, 0)[len(given) :])
