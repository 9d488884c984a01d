"""What the benchmarks share: seconds and memory of commands, and a table's place in a page."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).parents[1]


def make_row(what: str, peer: str, ours: float, theirs: float, target: float | None, unit: str = "s") -> str:
    """A line of the table. ours, theirs: in the same unit; target: the most that ours / theirs may be."""
    most = "–" if target is None else f"≤ {target:.2f}"
    return f"| {what} | {ours:.3g} {unit} | {peer} | {theirs:.3g} {unit} | {ours / theirs:.2f} | {most} |"


def medians(*works: Callable[[], object], repeats: int) -> list[float]:
    """The median seconds of each, in turns, so that a slower minute of the machine meets them all."""
    taken = [[seconds(work) for work in works] for _ in range(repeats)]
    return [median(times) for times in zip(*taken, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command(*arguments: str, folder: Path) -> str:
    """Run a command of this environment on this code in `folder`; return what it prints. RuntimeError: it failed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def stage_command(stage: str) -> list[str]:
    """What of a stage's command in dvc.yaml comes after `python`: -m, the module and its arguments."""
    return shlex.split(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"][stage]["cmd"])[1:]


def peak_memory(code: str, folder: Path) -> float:
    """The most megabytes of memory that a Python process of this code held at once (Linux)."""
    report = "print('peak', open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    return int(command("python", "-c", f"{code}\n{report}", folder=folder).rsplit("peak ", 1)[1]) * 1024 / 1e6


def replace_part(page: Path, name: str, text: str) -> None:
    """Put a text between `<!-- name -->` and the next `<!-- end -->` of a page."""
    begin, end = f"<!-- {name} -->", "<!-- end -->"
    changed = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text}\n{end}", page.read_text(), flags=re.DOTALL)
    page.write_text(changed)
