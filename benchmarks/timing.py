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
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[1]


class Row(NamedTuple):
    """What was measured, beside what, in the same unit; target: the most that ours / theirs may be."""

    what: str
    peer: str
    ours: float
    theirs: float
    target: float | None
    unit: str = "s"

    def markdown(self) -> str:
        """The row of a table."""
        numbers = [f"{number:.3g} {self.unit}" for number in (self.ours, self.theirs)]
        ratio, target = f"{self.ours / self.theirs:.2f}", "–" if self.target is None else f"≤ {self.target:.2f}"
        return f"| {self.what} | {numbers[0]} | {self.peer} | {numbers[1]} | {ratio} | {target} |"


def medians(*works: Callable[[], object], repeats: int) -> list[float]:
    """The median seconds of each, in turns, so that a slower minute of the machine meets them all."""
    taken = [[seconds(work) for work in works] for _ in range(repeats)]
    return [median(times) for times in zip(*taken, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command(*arguments: str, folder: Path) -> str:
    """What a command of this environment, run on the project's code in `folder`, prints. RuntimeError: it failed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def stage_command(stage: str) -> list[str]:
    """What of a stage's command in dvc.yaml comes after `python`: -m, the module and its arguments."""
    words = shlex.split(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"][stage]["cmd"])
    return words[words.index("-m") :]


def peak_memory(code: str, folder: Path) -> float:
    """The most megabytes of memory that a Python process of this code held at once (Linux)."""
    report = "print('peak', open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    printed = command("python", "-c", f"{code}\n{report}", folder=folder)
    return int(printed.rsplit("peak ", 1)[1]) * 1024 / 1e6


def replace_part(page: Path, name: str, text: str) -> None:
    """Put a text between `<!-- name -->` and the next `<!-- end -->` of a page."""
    begin, end = f"<!-- {name} -->", "<!-- end -->"
    changed = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text}\n{end}", page.read_text(), flags=re.DOTALL)
    page.write_text(changed)
