"""Kill the pipeline at random instants and see that it ends with the same bytes: `python -m tests.kills [N [SEED]]`.

A signal goes to the whole process group, to the stage alone, or to DVC alone, which the stage outlives.
DVC writes dvc.lock in several steps: a half-written one is counted and mended by `git checkout dvc.lock`.
"""

import contextlib
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
from collections import Counter
from pathlib import Path

import psutil
import yaml

from tests.clones import ENVIRONMENT, change, clone, commit, heed_ctrl_c, run, succeed
from tests.drawing import DRAWN, write_raw

STAGES = ("download", "subset", "train", "evaluate", "plot")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TARGETS = ("group", "stage", "dvc")
WAIT, CUT = "running in this folder already", "'./dvc.lock' validation failed"
STRUCK = "killed in"  # and not too late, when the stage was through
REMARKABLE = ("resuming after epoch", WAIT, CUT)
PATIENCE = 120  # seconds a stage that outlived DVC may take to end
PRIVATE = (".dvc/", ".git/", "__pycache__")


def kill_and_compare(project: Path, kills: int, seed: int) -> Counter[str]:
    """Kill a stage that often and count what happened; AssertionError: a result differs from the undisturbed run's."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    change(project, train={"epochs": 5, "snapshots": [0, 3]})
    finish(project)
    commit(project)
    expected, seen = results(project), Counter[str]()
    seconds = {stage: disturb(project, stage) for stage in STAGES}
    order = itertools.cycle(STAGES)
    while (struck := sum(times for what, times in seen.items() if what.startswith(STRUCK))) < kills:
        stage, target, number = next(order), chance.choice(TARGETS), chance.choice(SIGNALS)
        what = f"{number.name} to {target} in {stage}"
        lived = disturb(project, stage, target, number, after=chance.uniform(0, seconds[stage]))
        seen[f"{'too late for' if lived else STRUCK} {stage}"] += 1
        said = finish(project)
        seen.update(text for text in REMARKABLE if text in said)
        found = results(project)
        differing = sorted(name for name in expected | found if expected.get(name) != found.get(name))
        assert not differing, f"{what}: {differing}"
        print(f"{struck} of {kills}, then {what}", file=sys.stderr, flush=True)
    return seen


def disturb(
    project: Path, stage: str, target: str = "", number: signal.Signals = signal.SIGKILL, *, after: float = 0
) -> float:
    """Run a stage anew and, where a target is given, signal it; the seconds it took, 0 where it was struck down."""
    forget(project, stage)
    dvc = start(project, "dvc", "repro", "--single-item", stage)
    victim, begun = await_stage(dvc, stage), time.monotonic()
    if target and victim:
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if target == "group":
                os.killpg(dvc.pid, number)
            else:
                (victim if target == "stage" else dvc).send_signal(number)
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
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(dvc.pid).children(recursive=True):
                if process.cmdline()[1:3] == ["-m", f"stages.{stage}"]:
                    return process
        time.sleep(0.01)
    return None


def finish(project: Path) -> str:
    """`dvc repro` until it succeeds, as a person would who is told what is in its way; all that was said."""
    said, end = "", time.monotonic() + PATIENCE
    while (ended := run(project, "dvc", "repro")).returncode:
        said += ended.stderr
        assert time.monotonic() < end, said
        assert CUT in said or WAIT in said, said
        if CUT in ended.stderr:
            succeed(project, "git", "checkout", "dvc.lock")
        time.sleep(0.5)
    return said + ended.stderr


def results(project: Path) -> dict[str, str]:
    """SHA-256 of every file of the project but DVC's, git's and Python's own; of dvc.lock in any order of keys."""
    files = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.is_file()}
    contents = {name: path.read_bytes() for name, path in files.items() if not any(part in name for part in PRIVATE)}
    contents["dvc.lock"] = yaml.safe_dump(yaml.safe_load(contents["dvc.lock"])).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


if __name__ == "__main__":
    given = list(map(int, sys.argv[1:]))
    kills, seed = [*given, *(100, 0)[len(given) :]]
    with tempfile.TemporaryDirectory() as folder:
        source = write_raw(Path(folder) / "source", *DRAWN)
        for what, times in sorted(kill_and_compare(clone(Path(folder) / "clone", source), kills, seed).items()):
            print(f"{times:4} {what}")
