"""What the recipe reaches, over several seeds, and what each part of it adds: `python -m benchmarks.recipe [NAME …]`.

Runs the stages subset, train and evaluate as `dvc repro` would, with subset seed = train seed; as many runs at once as
there are cores, each on one thread. Adds a row a run to benchmarks/recipe.csv. A run that is in the file already, with
the same overrides, is not repeated: where the recipe itself has changed, remove the file.
"""

import csv
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, stdev

import pandas as pd
import yaml

from digits.pipeline.files import write_csv
from studies.pipeline import Measured, Parameters, measure, override, read_parameters

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/recipe.csv"
COLUMNS = ("name", "seed", "accuracy", "errors", "calibration_error", "parameters", "seconds", "overrides")

STILL = (
    "train.augment.rotate=0 train.augment.scale=0 train.augment.shear=0 train.augment.shift=0 train.augment.elastic=0"
)
PLAIN = (
    f"model.channels=[16,32] model.padding=1 model.batch_norm=false model.deskew=false train.learning_rate=0.1 "
    f"train.schedule=constant train.momentum=0 train.weight_decay=0 train.label_smoothing=0 train.clip_norm=0 "
    f"train.precise_batch_norm=false train.calibrate=false "
    f"{STILL} train.augment.copies=1"
)
ALL_LABELS = "subset.samples=60000 train.batch_size=64 train.augment.copies=1"
PADDED = "model.channels=[32,64] model.padding=1 train.precise_batch_norm=false"
ONE_EPOCH = (
    "train.epochs=1 train.augment.rotate=7 train.augment.scale=0.1 train.augment.shear=0.07 train.augment.shift=1.5 "
    "train.augment.elastic=0.3"
)
RUNS = {  # name: (number of seeds, overrides)
    "default": (10, ""),
    "without wider, unpadded convolutions": (3, "model.channels=[16,32] model.padding=1"),
    "without copies": (3, "train.augment.copies=1"),
    "without elastic distortion": (3, "train.augment.elastic=0"),
    "without deskewing": (3, "model.deskew=false"),
    "without precise batch norm": (3, "train.precise_batch_norm=false"),
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


def main(names: list[str]) -> None:
    done = {(row["name"], row["seed"], row["overrides"]) for row in rows()}
    runs = [(name, seed, RUNS[name][1]) for name in names or RUNS for seed in range(RUNS[name][0])]
    missing = [run for run in runs if (run[0], str(run[1]), run[2]) not in done]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for ended in as_completed([pool.submit(run, *each) for each in missing]):
            record(ended.result())
            print(*ended.result().values(), file=sys.stderr, flush=True)
    print(table())


def table() -> str:
    """The results as Markdown: mean ± standard deviation over the seeds.

    What a part of the recipe adds is the default's accuracy less the accuracy without it, over the same seeds, ± the
    standard error of that difference.
    """
    results = pd.read_csv(RESULTS, keep_default_na=False)
    default = results[results["name"] == "default"].set_index("seed")["accuracy"]
    columns = ("run", "accuracy, %", "adds, points", "worst", "calibration error", "seeds", "parameters", "seconds")
    lines = [f"| {' | '.join(columns)} |", "| --- " * len(columns) + "|"]
    for name in [name for name in RUNS if name in set(results["name"])]:
        group = results[results["name"] == name]
        accuracy = 100 * group.set_index("seed")["accuracy"]
        added = (100 * default - accuracy).dropna().tolist()
        adds = with_error(added) if name.startswith("without") else ""
        lines.append(
            f"| {name} | {accuracy.mean():.2f} ± {accuracy.std():.2f} | {adds} | {accuracy.min():.2f} "
            f"| {group['calibration_error'].mean():.4f} | {len(group)} | {group['parameters'].iloc[0]:,} "
            f"| {group['seconds'].median():.0f} |"
        )
    return "\n".join(lines)


def with_error(values: list[float]) -> str:
    """The mean of a few differences, ± its standard error where there are two and more."""
    return f"{mean(values):.2f}" + (f" ± {stdev(values) / len(values) ** 0.5:.2f}" if len(values) > 1 else "")


def run(name: str, seed: int, overrides: str) -> dict[str, object]:
    """Train and evaluate once; seconds are the three stages' on one core, without the imports."""
    test, trained, seconds = measured(seed, overrides, ROOT / "data/raw")
    values = (test["accuracy"], test["errors"], test["expected_calibration_error"], trained["parameters"], seconds)
    return dict(zip(COLUMNS, (name, seed, *values, overrides), strict=True))


def measured(seed: int, overrides: str, raw: Path) -> Measured:
    """Train and evaluate once on the data in `raw`, on one thread, with subset seed = train seed."""
    return measure(parameters(f"{overrides} train.threads=1 subset.seed={seed} train.seed={seed}"), raw)


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


def rows() -> Iterator[dict[str, str]]:
    if RESULTS.exists():
        with RESULTS.open(newline="") as file:
            yield from csv.DictReader(file)


def record(row: dict[str, object]) -> None:
    """Put a row into the file, in the order of RUNS, in place of an older one of the same name and seed."""
    kept: dict[tuple[str, int], tuple[object, ...]] = {
        (other["name"], int(other["seed"])): tuple(other.values()) for other in rows()
    }
    kept[str(row["name"]), int(str(row["seed"]))] = tuple(row.values())
    order = list(RUNS)
    write_csv(RESULTS, COLUMNS, [kept[key] for key in sorted(kept, key=lambda key: (order.index(key[0]), key[1]))])


if __name__ == "__main__":
    main(sys.argv[1:])
