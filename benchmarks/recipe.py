"""Compare recipes over several seeds: `python -m benchmarks.recipe "" "train.weight_decay=0.001" …`.

A recipe is the changes to params.yaml as `section.key=value`, "" being none. Recipes are compared by their accuracy on
validation images; each training is kept in benchmarks/tuning.csv. Without recipes RUNS are measured on the test images
and kept in benchmarks/recipe.csv. Only what is missing is trained, as many trainings at once as there are cores, each
on one thread. The seed of the subset and of the training are the same.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import yaml

from digits.pipeline.errors import one_line_errors
from studies.trials.run import METRICS, Columns, run_trials
from studies.trials.trial import Parameters, Trial, override, read_parameters, seeded
from tools import markdown

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/raw"
MEASURED, TUNED = ROOT / "benchmarks/recipe.csv", ROOT / "benchmarks/tuning.csv"
COLUMNS = {"name": str, "seed": int, **METRICS, "overrides": str}

STILL = "train.augment.rotate=0 train.augment.scale=0 train.augment.shear=0 train.augment.shift=0"
NARROW = "model.channels=[16,32] model.padding=1"
PLAIN = (
    f"{NARROW} model.batch_norm=false model.deskew=false train.learning_rate=0.1 train.schedule=constant {STILL} "
    "train.augment.repeats=1 train.momentum=0 train.weight_decay=0 train.label_smoothing=0 train.max_grad_norm=0"
)
ALL_LABELS = "subset.samples=60000 train.batch_size=64 train.augment.repeats=1"
PADDED = "model.channels=[32,64] model.padding=1"
ONE_EPOCH = (
    "train.epochs=1 train.augment.rotate=7 train.augment.scale=0.1 train.augment.shear=0.07 train.augment.shift=1.5 "
    "train.learning_rate=0.2 train.weight_decay=0.001"
)
RUNS = {  # name: (number of seeds, overrides)
    "default": (10, ""),
    "without wider, unpadded convolutions": (3, NARROW),
    "without repeats": (3, "train.augment.repeats=1"),
    "without deskewing": (3, "model.deskew=false"),
    "without batch norm": (3, "model.batch_norm=false train.learning_rate=0.03"),
    "without label smoothing": (3, "train.label_smoothing=0"),
    "without weight decay": (3, "train.weight_decay=0"),
    "without schedule": (3, "train.schedule=constant train.learning_rate=0.03"),
    "without distortion": (3, STILL),
    "plain": (3, PLAIN),
    "60,000 × 1": (3, f"{ALL_LABELS} model.channels=[48,96] {ONE_EPOCH}"),
}


def tune(recipes: list[str], seeds: int, validation: float, raw: Path, kept: Path) -> str:
    """Train each recipe with `seeds` seeds; return the table of their accuracies on so many validation images."""
    held = f"subset.validation={validation:g}"
    named = [(recipe or "params.yaml", seeds, f"{recipe} {held}") for recipe in dict.fromkeys(recipes)]
    results = train(named, raw, kept, COLUMNS | {"validation_accuracy": float})
    return make_table(results.assign(accuracy=results["validation_accuracy"]))


def train(recipes: Iterable[tuple[str, int, str]], raw: Path, kept: Path, columns: Columns) -> pd.DataFrame:
    """Train each recipe (name, number of seeds, overrides). ValueError, before the first training: a wrong override."""
    *_, results = run_trials([trial for recipe in recipes for trial in make_trials(*recipe)], raw, kept, columns)
    return results


def make_trials(name: str, seeds: int, overrides: str) -> list[Trial]:
    """Make a trial on one thread for each of the first seeds."""
    base = parameters(overrides)
    return [
        Trial(override(base, seeded(seed, 1), overrides), {"name": name, "seed": seed, "overrides": overrides})
        for seed in range(seeds)
    ]


def make_table(results: pd.DataFrame) -> str:
    """Markdown, a line a recipe: means over the seeds ± standard deviation.

    The difference to the first recipe is over the seeds that both have, ± its standard error.
    """
    results = results.assign(accuracy=100 * results["accuracy"])
    first = results[results["name"] == results["name"][0]].set_index("seed")["accuracy"]
    results["difference"] = results["accuracy"] - results["seed"].map(first)
    rows = []
    for name in results["name"].unique():
        group = results[results["name"] == name]
        accuracy, difference = group["accuracy"], group["difference"]
        row: dict[str, object] = {
            "run": name,
            "accuracy, %": f"{accuracy.mean():.2f} ± {accuracy.std():.2f}",
            "difference, points": f"{difference.mean():+.2f} ± {difference.sem():.2f}",
            "worst": f"{accuracy.min():.2f}",
            "calibration error": f"{group['expected_calibration_error'].mean():.4f}",
            "seeds": len(group),
            "parameters": f"{group['parameters'].iloc[0]:,}",
            "seconds": f"{group['seconds'].median():.0f}",
        }
        rows.append(row)
    return markdown.make_table(rows)


def parameters(overrides: str) -> Parameters:
    """Those of params.yaml with `section.key=value` changes."""
    pairs = [override.partition("=") for override in overrides.split()]
    changes = {key: yaml.safe_load(value) for key, _, value in pairs}
    return override(read_parameters(ROOT / "params.yaml"), changes, "overrides")


def write_overridden(path: Path, overrides: str) -> None:
    """Write a params.yaml with `section.key=value` changes."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text()) | parameters(overrides).model_dump()
    path.write_text(yaml.safe_dump(params))


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks.recipe", description="Compare recipes over several seeds.")
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help='section.key=value changes in quotes; "" is none')
    parser.add_argument("--seeds", type=int, default=4, metavar="N", help="of each RECIPE (default: %(default)s)")
    parser.add_argument(
        "--validation", type=float, default=10_000, metavar="N", help="images, or a fraction (default: %(default)s)"
    )
    given = parser.parse_args()
    if given.seeds < 1:
        parser.error("--seeds: must be 1 or more")
    with one_line_errors():
        if given.recipes:
            print(tune(given.recipes, given.seeds, given.validation, RAW, TUNED))
        else:
            print(make_table(train([(name, *run) for name, run in RUNS.items()], RAW, MEASURED, COLUMNS)))
