"""How close to the machine's limit the project runs: `make bench`, after `make repro`, on Linux, in some 20 minutes.

What a row compares is measured in turns, in one run, and reported as medians and their ratio. The table goes into
benchmarks/README.md, with the machine it was taken on.
"""

import importlib
import platform
import re
import runpy
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import torch

from benchmarks.loops import rows as rows_of_loops
from benchmarks.recipe import PLAIN, RAW, write_overridden
from benchmarks.timing import ROOT, Row, command, medians, peak_memory, replace_part, seconds, stage_command
from digits.data.idx import read_split
from digits.data.sampling import stratified
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import load_params

PAGE = ROOT / "benchmarks/README.md"
STAGES = ("check", "download", "subset", "train", "evaluate", "plot")
HEADER = "| what | this project | beside | takes | ratio | target |\n" + "| --- " * 6 + "|"
TUTORIAL = f"{PLAIN} model.channels=[10,10] subset.samples=1000 train.batch_size=32 train.epochs=20"
ALL = "subset.samples=60000 train.epochs=1"


def main(repeats: int) -> None:
    lines = [HEADER]
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), repeats):
            lines.append(row.markdown())
            print(lines[-1], file=sys.stderr, flush=True)
    table = "\n".join([f"Measured on {machine()}; medians of {repeats}.", "", *lines])
    print(table)
    replace_part(PAGE, "make bench", table)


def machine() -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = cpu[1] if cpu else platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    capability = torch.backends.cpu.get_cpu_capability()
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{psutil.cpu_count()} cores of {name} ({capability}), {memory:.0f} GiB, {sys.platform}, {versions}"


def rows(folder: Path, repeats: int) -> Iterator[Row]:
    mnist = folder / "MNIST/raw"  # as torchvision lays it out
    shutil.copytree(RAW, mnist)
    yield tutorial(folder, repeats)
    params = ROOT / "params.yaml"
    sections = load_params("train", TrainParams, params), load_params("model", ModelParams, params)
    yield from rows_of_loops(*sections, RAW, folder, repeats=repeats)
    yield from pipeline(folder / "clone", repeats)
    yield memory(folder / "large")


def tutorial(root: Path, repeats: int) -> Row:
    """The train stage at a tutorial's settings, and the tutorial's script, from start to end."""
    folder = prepared(root / "tutorial", TUTORIAL)
    indices = stratified(read_split(RAW, "train")[1], 1000, seed=0)
    (folder / "indices").write_text("\n".join(map(str, indices)))
    script = [str(ROOT / "benchmarks/peers/tutorial.py"), str(root), str(folder / "indices")]
    printed: list[str] = []

    def run(*arguments: str) -> None:
        printed.append(command("python", *arguments, folder=folder).splitlines()[-1])

    times = medians(partial(run, *stage_command("train")), partial(run, *script), repeats=repeats)
    ours, theirs = (re.search(r"accuracy ([\d.]+)", line) for line in printed[:2])
    shares = f"{float(ours[1]):.1f} and {100 * float(theirs[1]):.1f} % right" if ours and theirs else "?"
    return Row(
        f"the train stage at a tutorial's settings ({shares})", "the tutorial's script", times[0], times[1], 0.33
    )


def prepared(folder: Path, overrides: str) -> Path:
    """A folder with params.yaml and the subset, for the train stage to run in."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/raw").symlink_to(RAW)
    write_overridden(folder / "params.yaml", overrides)
    command("python", *stage_command("subset"), folder=folder)
    return folder


def pipeline(folder: Path, repeats: int) -> Iterator[Row]:
    """`dvc repro` in a clone without a cache, and with nothing to do."""
    command("git", "clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
    whole = seconds(partial(command, "dvc", "repro", "--force", folder=folder))
    alone = "from benchmarks.speed import time_stages; time_stages()"
    work = float(command("python", "-c", alone, folder=folder).splitlines()[-1])
    yield Row("`dvc repro` of the default experiment, empty cache", "its stages without start-up", whole, work, 1.5)
    again, status = (partial(command, "dvc", name, folder=folder) for name in ("repro", "status"))
    nothing, bare = medians(again, status, repeats=2 * repeats)
    yield Row("`dvc repro` with nothing to do", "`dvc status`", nothing, bare, 1.2)


def time_stages() -> None:
    """Print the seconds that the stages of this folder's pipeline work, without start-up and imports."""
    for stage in STAGES:
        importlib.import_module(f"stages.{stage}")
    total = 0.0
    for stage in STAGES:
        _, name, *sys.argv[1:] = stage_command(stage)
        del sys.modules[name]
        total += seconds(partial(runpy.run_module, name, run_name="__main__"))
    print(total)


def memory(folder: Path) -> Row:
    """What the train stage holds at 60,000 images beyond torch, beside the images it is given."""
    prepared(folder, ALL)
    _, *argv = stage_command("train")
    code = f"import sys, runpy; sys.argv = {argv}; runpy.run_module({argv[0]!r}, run_name='__main__')"
    beyond = peak_memory(code, folder) - peak_memory("import torch", folder)
    images = 28 * 28 * sum(len(read_split(RAW, name)[1]) for name in ("train", "t10k")) / 1e6
    return Row(
        "memory of the train stage beyond torch's, 60,000 images",
        "its images, training and test",
        beyond,
        images,
        1.5,
        "MB",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
