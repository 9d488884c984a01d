"""What two processes gain over one, with trials and with one training: `python -m benchmarks.scaling`.

After `make repro`, on an idle machine of two cores, in some five minutes. The tables go into docs/scaling.md.
"""

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.recipe import ALL_LABELS, COLUMNS, NARROW, PADDED, RAW, make_trials, write_overridden
from benchmarks.speed import machine, prepare
from benchmarks.timing import ROOT, command, seconds, stage_command
from studies.trials.run import run_trials
from tools.markdown import make_table, replace_part

WAYS = {  # of one training: (processes, threads of each)
    "one process, one thread": (1, 1),
    "two processes, a thread each": (2, 1),
    "one process, two threads": (1, 2),
}
WIDE = f"{ALL_LABELS} {PADDED} subset.samples=5000"
TRAININGS = {
    "channels 16/32, batches of 16 in six versions, 1,000 images": f"{NARROW} train.augment.repeats=6",
    "channels 32/64, batches of 64, 5,000 images": WIDE,
    "channels 64/128, batches of 256, 5,000 images": f"{WIDE} model.channels=[64,128] train.batch_size=256",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tables = [f"Measured on {machine()}.", compare_workers(Path(folder)), compare_ways(Path(folder))]
    replace_part(ROOT / "docs/scaling.md", "python -m benchmarks.scaling", "\n\n".join(tables))
    print(*tables, sep="\n\n")


def compare_workers(folder: Path) -> str:
    """Four trials of 1,000 images and five epochs, the start of the workers included, by one worker and by two."""
    trials = make_trials("", 4, "train.epochs=5")
    works = [run_trials(trials, RAW, folder / f"{count}.csv", COLUMNS, workers=count) for count in (1, 2)]
    one, two = (seconds(partial(list, work)) for work in works)
    taken = {"one worker": one, "two workers": two}
    return make_table(
        [{"four trials by": who, "seconds": f"{x:.1f}", "times as fast": f"{one / x:.2f}"} for who, x in taken.items()]
    )


def compare_ways(root: Path) -> str:
    """An epoch of one training, its test pass and checkpoint included, in each of the ways."""
    rows: list[dict[str, object]] = []
    for name, overrides in TRAININGS.items():
        folder = prepare(root / str(len(rows)), overrides)
        taken = {way: f"{epoch(folder, overrides, *how):.1f}" for way, how in WAYS.items()}
        rows.append({"seconds an epoch": name, **taken})
    return make_table(rows)


def epoch(folder: Path, overrides: str, processes: int, threads: int) -> float:
    """The seconds of one: a third of what four take longer than one, which start and end in the same way."""
    taken = []
    for epochs in (1, 4):
        ways = f"train.processes={processes} train.threads={threads} train.epochs={epochs}"
        write_overridden(folder / "params.yaml", f"{overrides} {ways}")
        taken.append(seconds(partial(command, "python", *stage_command("train"), folder=folder)))
    return (taken[1] - taken[0]) / 3


if __name__ == "__main__":
    main()
