"""How close to the machine's limit the project runs: `make bench`, after `make repro`, on Linux, in some 13 minutes.

What a row compares is measured in turns, in one run, and reported as medians and their ratio. The table goes into
benchmarks/README.md, with the machine it was taken on.
"""

import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

import pandas as pd
import psutil
import torch

from benchmarks import loops
from benchmarks.recipe import PLAIN, RAW, parameters, write_overridden
from benchmarks.timing import ROOT, Row, command, make_row, medians, peak_memory, seconds, stage_command
from digits.data.idx import read_split
from digits.data.sampling import stratified
from tools.markdown import make_table, replace_part

PAGE = ROOT / "benchmarks/README.md"
STAGES = ("check", "download", "subset", "train", "evaluate", "plot")
TUTORIAL = f"{PLAIN} model.channels=[10,10] subset.samples=1000 train.batch_size=32 train.epochs=20"
RUN_STAGES = """
import importlib, runpy, sys, time
for module, *_ in {commands}:
    importlib.import_module(module)  # is not counted
    del sys.modules[module]
start = time.perf_counter()
for sys.argv in {commands}:
    runpy.run_module(sys.argv[0], run_name="__main__")
print(time.perf_counter() - start)
"""


def main(repeats: int) -> None:
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), repeats):
            measured.append(row)
            print(*row.values(), sep=" | ", file=sys.stderr, flush=True)
    text = f"Measured on {machine()}; medians of {repeats}.\n\n{make_table(measured)}"
    print(text)
    replace_part(PAGE, "make bench", text)


def machine() -> str:
    cpu = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) or [platform.machine()]
    kind, memory = torch.backends.cpu.get_cpu_capability(), psutil.virtual_memory().total / 2**30
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{psutil.cpu_count()} cores of {cpu[0]} ({kind}), {memory:.0f} GiB, {sys.platform}, {versions}"


def rows(folder: Path, repeats: int) -> Iterator[Row]:
    shutil.copytree(RAW, folder / "MNIST/raw")  # as torchvision lays it out
    yield from tutorial(folder, repeats)
    yield precision(folder, repeats)
    yield busy(folder)
    yield from loops.rows(parameters(""), RAW, folder, repeats=repeats)
    yield from pipeline(folder / "clone", repeats)
    yield memory(folder, repeats)


def tutorial(root: Path, repeats: int) -> Iterator[Row]:
    """The train stage at a tutorial's settings, in both precisions, and the tutorial's script, from start to end."""
    indices = stratified(read_split(RAW, "train")[1], 1000, seed=0)
    (root / "indices").write_text("\n".join(map(str, indices)))
    script, said = [str(ROOT / "benchmarks/peers/tutorial.py"), str(root), str(root / "indices")], []
    folders = [prepare(root / name, f"{TUTORIAL} train.precision={name}") for name in ("float32", "auto")]
    works = [partial(run, folder) for folder in folders]
    *taken, theirs = medians(*works, lambda: said.append(run(root, script)), repeats=repeats)
    script_right = 100 * float(re.findall(r"accuracy ([\d.]+)", said[-1])[-1])
    for name, folder, ours, target in zip(("in float32", "as one runs it"), folders, taken, (0.36, 0.3), strict=True):
        right = 100 * pd.read_csv(folder / "plots/history.csv")["test_accuracy"].iloc[-1]
        what = f"the train stage at a tutorial's settings, {name} ({right:.1f} and {script_right:.1f} % right)"
        yield make_row(what, "the tutorial's script, float32", ours, theirs, target)


def precision(root: Path, repeats: int) -> Row:
    """The default experiment's train stage, start included."""
    folders = [prepare(root / f"in {name}", f"train.precision={name}") for name in ("bfloat16", "float32")]
    ours, theirs = medians(*(partial(run, folder) for folder in folders), repeats=repeats)
    return make_row("the train stage of the default experiment in bfloat16", "in float32", ours, theirs, 0.65)


def busy(root: Path) -> Row:
    """Two train stages at once beside one alone."""
    folders = [prepare(root / name, "train.epochs=4") for name in ("one", "other")]
    alone = seconds(partial(run, folders[0]))
    with ThreadPoolExecutor() as threads:
        together = seconds(lambda: list(threads.map(run, folders)))
    return make_row("two train stages of four epochs at once", "one alone", together, alone, 2.4)


def run(folder: Path, words: list[str] | None = None) -> str:
    """Run the train stage, or another command of Python's, in `folder`; return what it prints."""
    return command("python", *(words or stage_command("train")), folder=folder)


def prepare(folder: Path, overrides: str) -> Path:
    """Make a folder with params.yaml and the subset, for the train stage to run in."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/raw").symlink_to(RAW)
    write_overridden(folder / "params.yaml", overrides)
    command("python", *stage_command("subset"), folder=folder)
    return folder


def pipeline(folder: Path, repeats: int) -> Iterator[Row]:
    """`dvc repro` in a clone without a cache, and with nothing to do."""
    command("git", "clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
    whole = seconds(partial(command, "dvc", "repro", "--force", folder=folder))
    stages = RUN_STAGES.format(commands=[stage_command(stage)[1:] for stage in STAGES])
    work = float(command("python", "-c", stages, folder=folder).splitlines()[-1])
    what = "`dvc repro` of the default experiment, empty cache"
    yield make_row(what, "its stages without start-up", whole, work, 1.5)
    works = [partial(command, "dvc", name, folder=folder) for name in ("repro", "status")]
    nothing, status = medians(*works, repeats=2 * repeats)
    yield make_row("`dvc repro` with nothing to do", "`dvc status`", nothing, status, 1.2)


def memory(root: Path, repeats: int) -> Row:
    """What 59,000 more training images add to the train stage's memory, beside their bytes."""
    stage, peaks = RUN_STAGES.format(commands=[stage_command("train")[1:]]), []
    for samples in (60_000, 1000):
        folder = prepare(root / f"{samples} images", f"subset.samples={samples} train.epochs=1")
        peaks.append(median(peak_memory(stage, folder) for _ in range(repeats)))
    what, more = "memory of the train stage: 59,000 images more", 59_000 * 28 * 28 / 1e6
    return make_row(what, "their bytes", peaks[0] - peaks[1], more, 1.2, "MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
