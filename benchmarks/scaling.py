"""What two processes gain over one, with cells and with one training: `python -m benchmarks.scaling`.

After `make repro`, on an idle machine of two cores, in some twenty minutes. The tables go into docs/scaling.md.
"""

import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import yaml

from benchmarks.recipe import ALL_LABELS, PADDED, RAW, write_overridden
from benchmarks.speed import machine, prepared
from benchmarks.timing import ROOT, command, replace_part, seconds, stage_command

PAGE = ROOT / "docs/scaling.md"
STUDY = Path("studies/learning_curve")
WAYS = {  # of one training: (processes, threads of each)
    "one process, one thread": (1, 1),
    "two processes, a thread each": (2, 1),
    "one process, two threads": (1, 2),
}
TRAININGS = {
    "channels 16/32, batches of 16 in six versions, 1,000 images": (
        f"{PADDED} model.channels=[16,32] train.augment.repeats=6"
    ),
    "channels 32/64, batches of 64, 5,000 images": f"{ALL_LABELS} {PADDED} subset.samples=5000",
    "channels 64/128, batches of 256, 5,000 images": (
        f"{ALL_LABELS} {PADDED} subset.samples=5000 model.channels=[64,128] train.batch_size=256"
    ),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tables = [f"Measured on {machine()}.", cells(Path(folder)), trainings(Path(folder))]
    replace_part(PAGE, "python -m benchmarks.scaling", "\n\n".join(tables))
    print(*tables, sep="\n\n")


def cells(root: Path) -> str:
    """Four cells of 1,000 images and five epochs, the whole study from start to end, by one worker and by two."""
    folder = root / "study"
    command("git", "clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
    shutil.copytree(RAW, folder / "data/raw")
    write_overridden(folder / "params.yaml", "train.epochs=5")
    study = yaml.safe_load((ROOT / STUDY / "params.yaml").read_text())
    taken = []
    for workers in (1, 2):
        changed = study | {"samples": [1000], "seeds": [0, 1, 2, 3], "workers": workers}
        (folder / STUDY / "params.yaml").write_text(yaml.safe_dump(changed))
        files = [f"{STUDY}/{workers}-{name}" for name in ("results.csv", "computed.csv", "checkpoints")]
        run = ("python", "-m", "studies.learning_curve.run", "data/raw", *files)
        taken.append(seconds(partial(command, *run, folder=folder)))
    one, two = taken
    return f"""| four cells by | seconds | times as fast |
| --- | --- | --- |
| one worker | {one:.1f} | 1.00 |
| two workers | {two:.1f} | {one / two:.2f} |"""


def trainings(root: Path) -> str:
    """An epoch of one training, its test pass and checkpoint included, in each of the ways."""
    lines = [f"| seconds an epoch | {' | '.join(WAYS)} |", "| --- " * (1 + len(WAYS)) + "|"]
    for number, (name, overrides) in enumerate(TRAININGS.items()):
        folder = prepared(root / str(number), overrides)
        each = [f"{epoch(folder, overrides, *way):.1f}" for way in WAYS.values()]
        lines.append(f"| {name} | {' | '.join(each)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def epoch(folder: Path, overrides: str, processes: int, threads: int) -> float:
    """The seconds of one: a third of what four take longer than one, which start and end in the same way."""
    ways = f"train.processes={processes} train.threads={threads}"
    taken = []
    for epochs in (1, 4):
        write_overridden(folder / "params.yaml", f"{overrides} {ways} train.epochs={epochs}")
        taken.append(seconds(partial(command, "python", *stage_command("train"), folder=folder)))
    return (taken[1] - taken[0]) / 3


if __name__ == "__main__":
    main()
