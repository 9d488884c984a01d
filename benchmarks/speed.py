"""How close to the machine's limit the project runs: `make bench`, after `make repro`, on Linux, in some 20 minutes.

What a row compares is measured in turns, in one run, and reported as medians and their ratio. The table goes into
benchmarks/README.md, with the machine it was taken on.
"""

import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import torch

from benchmarks import loops
from benchmarks.recipe import PLAIN, RAW, parameters, write_overridden
from benchmarks.timing import ROOT, command, make_row, medians, peak_memory, replace_part, seconds, stage_command
from digits.data.idx import read_split
from digits.data.sampling import stratified

PAGE = ROOT / "benchmarks/README.md"
STAGES = ("check", "download", "subset", "train", "evaluate", "plot")
HEADER = "| what | this project | beside | takes | ratio | target |\n" + "| --- " * 6 + "|"
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
    lines = [f"Measured on {machine()}; medians of {repeats}.", "", HEADER]
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), repeats):
            lines.append(row)
            print(row, file=sys.stderr, flush=True)
    print(*lines, sep="\n")
    replace_part(PAGE, "make bench", "\n".join(lines))


def machine() -> str:
    cpu = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) or [platform.machine()]
    kind, memory = torch.backends.cpu.get_cpu_capability(), psutil.virtual_memory().total / 2**30
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{psutil.cpu_count()} cores of {cpu[0]} ({kind}), {memory:.0f} GiB, {sys.platform}, {versions}"


def rows(folder: Path, repeats: int) -> Iterator[str]:
    shutil.copytree(RAW, folder / "MNIST/raw")  # as torchvision lays it out
    yield tutorial(folder, repeats)
    yield from loops.rows(parameters(""), RAW, folder, repeats=repeats)
    yield from pipeline(folder / "clone", repeats)
    yield memory(folder / "large")


def tutorial(root: Path, repeats: int) -> str:
    """The train stage at a tutorial's settings, and the tutorial's script, from start to end."""
    folder = prepare(root / "tutorial", TUTORIAL)
    indices = stratified(read_split(RAW, "train")[1], 1000, seed=0)
    (folder / "indices").write_text("\n".join(map(str, indices)))
    script = [str(ROOT / "benchmarks/peers/tutorial.py"), str(root), str(folder / "indices")]
    said: list[str] = []
    commands = stage_command("train"), script
    works = [lambda words=words: said.append(command("python", *words, folder=folder)) for words in commands]
    ours, theirs = medians(*works, repeats=repeats)
    right = [float(re.findall(r"accuracy ([\d.]+)", text)[-1]) for text in said[:2]]  # in %, and from 0 to 1
    what = f"the train stage at a tutorial's settings ({right[0]:.1f} and {100 * right[1]:.1f} % right)"
    return make_row(what, "the tutorial's script", ours, theirs, 0.33)


def prepare(folder: Path, overrides: str) -> Path:
    """Make a folder with params.yaml and the subset, for the train stage to run in."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/raw").symlink_to(RAW)
    write_overridden(folder / "params.yaml", overrides)
    command("python", *stage_command("subset"), folder=folder)
    return folder


def pipeline(folder: Path, repeats: int) -> Iterator[str]:
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


def memory(folder: Path) -> str:
    """What the train stage holds at 60,000 images beyond torch, beside the images it is given."""
    prepare(folder, "subset.samples=60000 train.epochs=1")
    stage = RUN_STAGES.format(commands=[stage_command("train")[1:]])
    beyond = peak_memory(stage, folder) - peak_memory("import torch", folder)
    images = 28 * 28 * sum(len(read_split(RAW, name)[1]) for name in ("train", "t10k")) / 1e6
    what, peer = "memory of the train stage beyond torch's, 60,000 images", "its images, training and test"
    return make_row(what, peer, beyond, images, 1.5, "MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
