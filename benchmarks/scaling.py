"""What two processes gain over one, with cells and with one training: `python -m benchmarks.scaling`.

After `make repro`, on an idle machine of two cores, in some twenty minutes. The tables go into docs/scaling.md.
"""

import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import yaml

from benchmarks.recipe import ALL_LABELS, PADDED, write_overridden
from benchmarks.speed import RAW, TRAIN, machine, prepared
from benchmarks.timing import ROOT, command, medians, replace_part, seconds

PAGE = ROOT / "docs/scaling.md"
STUDY = Path("studies/learning_curve")
WORKERS = (1, 2)
WAYS = {  # of one training
    "one process, one thread": "train.processes=1 train.threads=1",
    "two processes, a thread each": "train.processes=2 train.threads=1",
    "one process, two threads": "train.processes=1 train.threads=2",
}
TRAININGS = {
    "channels 16/32, batches of 16 in six versions, 1,000 images": (
        f"{PADDED} model.channels=[16,32] train.augment.copies=6"
    ),
    "channels 32/64, batches of 64, 5,000 images": f"{ALL_LABELS} {PADDED} subset.samples=5000",
    "channels 64/128, batches of 256, 5,000 images": (
        f"{ALL_LABELS} {PADDED} subset.samples=5000 model.channels=[64,128] train.batch_size=256"
    ),
}
EPOCHS = (1, 4)  # an epoch is a third of the difference: start and end are in both


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tables = [f"Measured on {machine()}.", cells(Path(folder)), trainings(Path(folder))]
    replace_part(PAGE, "python -m benchmarks.scaling", "\n\n".join(tables))
    print(*tables, sep="\n\n")


def cells(root: Path) -> str:
    """Four cells of 1,000 images and five epochs, the whole study from start to end, by as many workers."""
    lines = ["| four cells by | seconds | times as fast |", "| --- | --- | --- |"]
    folder = root / "study"
    command("git", "clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
    shutil.copytree(RAW, folder / "data/raw")
    write_overridden(folder / "params.yaml", "train.epochs=5")
    taken: dict[int, float] = {}
    for workers in WORKERS:
        study = yaml.safe_load((ROOT / STUDY / "params.yaml").read_text())
        changed = study | {"samples": [1000], "seeds": [0, 1, 2, 3], "workers": workers}
        (folder / STUDY / "params.yaml").write_text(yaml.safe_dump(changed))
        files = [f"{STUDY}/{workers}-{name}" for name in ("results.csv", "computed.csv", "checkpoints")]
        taken[workers] = seconds(
            partial(command, "python", "-m", "studies.learning_curve.run", "data/raw", *files, folder=folder)
        )
        who = "one worker" if workers == 1 else f"{workers} workers"
        lines.append(f"| {who} | {taken[workers]:.1f} | {taken[1] / taken[workers]:.2f} |")
    return "\n".join(lines)


def trainings(root: Path) -> str:
    """An epoch of one training, its test pass and checkpoint included, in each of the ways."""
    lines = [f"| seconds an epoch | {' | '.join(WAYS)} |", "| --- " * (1 + len(WAYS)) + "|"]
    for number, (name, overrides) in enumerate(TRAININGS.items()):
        folder = prepared(root / str(number), overrides)
        each = [f"{an_epoch(folder, f'{overrides} {way}'):.1f}" for way in WAYS.values()]
        lines.append(f"| {name} | {' | '.join(each)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def an_epoch(folder: Path, overrides: str) -> float:
    works = [partial(stage, folder, f"{overrides} train.epochs={n}") for n in EPOCHS]
    short, long = medians(*works, repeats=1)
    return (long - short) / (EPOCHS[1] - EPOCHS[0])


def stage(folder: Path, overrides: str) -> None:
    """The train stage, in `folder`, from start to end."""
    write_overridden(folder / "params.yaml", overrides)
    command("python", "-m", "stages.train", *TRAIN.split(), folder=folder)


if __name__ == "__main__":
    main()
