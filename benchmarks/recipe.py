"""Measure the recipe and its parts over several seeds on the test images: `python -m benchmarks.recipe`.

Runs what benchmarks/recipe.csv lacks of RUNS and keeps it there: where the recipe itself has changed, remove the file.
A recipe is the changes to params.yaml as `section.key=value`; subset seed and train seed are the same. As many runs at
once as there are cores, each on one thread. benchmarks/tuning.py compares other recipes in the same way.
"""

import contextlib
import io
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from digits.pipeline.files import write_csv
from studies.pipeline import Parameters, measure, override, read_parameters

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/raw"
RESULTS = ROOT / "benchmarks/recipe.csv"
COLUMNS = ("name", "seed", "accuracy", "errors", "calibration_error", "parameters", "seconds", "overrides")
HEADER = "| run | accuracy, % | difference, points | worst | calibration error | seeds | parameters | seconds |"

STILL = "train.augment.rotate=0 train.augment.scale=0 train.augment.shear=0 train.augment.shift=0"
PLAIN = (
    f"model.channels=[16,32] model.padding=1 model.batch_norm=false model.deskew=false train.learning_rate=0.1 "
    f"train.schedule=constant train.momentum=0 train.weight_decay=0 train.label_smoothing=0 train.max_grad_norm=0 "
    f"{STILL} train.augment.repeats=1"
)
ALL_LABELS = "subset.samples=60000 train.batch_size=64 train.augment.repeats=1"
PADDED = "model.channels=[32,64] model.padding=1"
ONE_EPOCH = (
    "train.epochs=1 train.augment.rotate=7 train.augment.scale=0.1 train.augment.shear=0.07 train.augment.shift=1.5"
)
RUNS = {  # name: (number of seeds, overrides)
    "default": (10, ""),
    "without wider, unpadded convolutions": (3, "model.channels=[16,32] model.padding=1"),
    "without repeats": (3, "train.augment.repeats=1"),
    "without deskewing": (3, "model.deskew=false"),
    "without batch norm": (3, "model.batch_norm=false train.learning_rate=0.03"),
    "without label smoothing": (3, "train.label_smoothing=0"),
    "without weight decay": (3, "train.weight_decay=0"),
    "without schedule": (3, "train.schedule=constant train.learning_rate=0.03"),
    "without distortion": (3, STILL),
    "plain": (3, PLAIN),
    "60,000 × 1": (3, f"{ALL_LABELS} model.channels=[48,96] {ONE_EPOCH}"),
    "60,000 × 20": (3, f"{ALL_LABELS} model.channels=[48,96] train.weight_decay=0.0005"),
    "60,000 × 20, narrower": (3, f"{ALL_LABELS} {PADDED} train.weight_decay=0.0005"),
}


Run = tuple[str, int, str]  # name, seed, overrides
Row = tuple[Any, ...]  # as COLUMNS


def main() -> None:
    runs = [(name, seed, overrides) for name, (seeds, overrides) in RUNS.items() for seed in range(seeds)]
    kept = pd.read_csv(RESULTS, keep_default_na=False).itertuples(index=False, name=None) if RESULTS.exists() else ()
    rows: dict[Run, Row] = {(row[0], row[1], row[-1]): row for row in kept}
    for run, row in train_all([run for run in runs if run not in rows], RAW):
        rows[run] = row
        write_csv(RESULTS, COLUMNS, [rows[run] for run in runs if run in rows])
    print(table(rows[run] for run in runs))


def train_all(runs: list[Run], raw: Path) -> Iterator[tuple[Run, Row]]:
    """Train and evaluate on the data in `raw`, in any order. ValueError, before the first: a wrong override."""
    for _, _, overrides in runs:
        parameters(overrides)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(train, *run, raw): run for run in runs}
        try:
            for ended in as_completed(futures):
                print(*ended.result(), sep=", ", file=sys.stderr, flush=True)
                yield futures[ended], ended.result()
        finally:
            pool.shutdown(cancel_futures=True)  # where one failed, the others need not begin


def train(name: str, seed: int, overrides: str, raw: Path) -> Row:
    """Train and evaluate once, in silence; seconds are those of the three stages on one core, without the imports."""
    changed = parameters(f"{overrides} train.threads=1 subset.seed={seed} train.seed={seed}")
    with contextlib.redirect_stdout(io.StringIO()):
        test, trained, seconds = measure(changed, raw)
    values = (test["accuracy"], test["errors"], test["expected_calibration_error"], trained["parameters"], seconds)
    return name, seed, *values, overrides


def table(rows: Iterable[Row]) -> str:
    """Markdown, a line a recipe: means over the seeds ± standard deviation.

    The difference to the first recipe is over the seeds that both have, ± its standard error.
    """
    results = pd.DataFrame(rows, columns=COLUMNS)
    results["accuracy"] *= 100
    first = results[results["name"] == results["name"][0]].set_index("seed")["accuracy"]
    results["difference"] = results["accuracy"] - results["seed"].map(first)
    lines = [HEADER, "| --- " * HEADER.count(" | ") + "| --- |"]
    for name in results["name"].unique():
        group = results[results["name"] == name]
        accuracy, difference = group["accuracy"], group["difference"]
        cells = [
            name,
            f"{accuracy.mean():.2f} ± {accuracy.std():.2f}",
            f"{difference.mean():+.2f} ± {difference.sem():.2f}",
            f"{accuracy.min():.2f}",
            f"{group['calibration_error'].mean():.4f}",
            f"{len(group)}",
            f"{group['parameters'].iloc[0]:,}",
            f"{group['seconds'].median():.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def parameters(overrides: str) -> Parameters:
    """Those of params.yaml with `section.key=value` changes."""
    pairs = [override.partition("=") for override in overrides.split()]
    changes = {key: yaml.safe_load(value) for key, _, value in pairs}
    return override(read_parameters(ROOT / "params.yaml"), changes, "overrides")


def write_overridden(path: Path, overrides: str) -> Path:
    """A params.yaml with `section.key=value` changes."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text()) | parameters(overrides).model_dump()
    path.write_text(yaml.safe_dump(params))
    return path


if __name__ == "__main__":
    main()
