"""What the benchmarks share: seconds and memory of commands."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).parents[1]

Row = dict[str, object]  # of the table of `make bench`


def make_row(what: str, peer: str, ours: float, theirs: float, target: float | None, unit: str = "s") -> Row:
    """A row of the table. ours, theirs: in the same unit; target: the most that ours / theirs may be, or none."""
    return {
        "what": what,
        "this project": f"{ours:.3g} {unit}",
        "beside": peer,
        "takes": f"{theirs:.3g} {unit}",
        "ratio": f"{ours / theirs:.2f}",
        "target": f"≤ {target:.2f}" if target else "–",
    }


def medians(*works: Callable[[], object], repeats: int) -> list[float]:
    """The median seconds of each, in turns, so that a slower minute of the machine meets them all."""
    taken = [[seconds(work) for work in works] for _ in range(repeats)]
    return [median(times) for times in zip(*taken, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command(*arguments: str, folder: Path) -> str:
    """Run a command of this environment on this code in `folder`; return what it prints.

    CalledProcessError: it failed.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return ended.stdout


def stage_command(stage: str) -> list[str]:
    """What of a stage's command in dvc.yaml comes after `python`: -m, the module and its arguments."""
    return shlex.split(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"][stage]["cmd"])[1:]


def peak_memory(code: str, folder: Path) -> float:
    """The most megabytes of memory that a Python process of this code held at once (Linux)."""
    report = "print('peak', open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    return int(command("python", "-c", f"{code}\n{report}", folder=folder).rsplit("peak ", 1)[1]) * 1024 / 1e6
