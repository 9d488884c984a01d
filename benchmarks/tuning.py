"""Compare recipes without the test images: `python -m benchmarks.tuning "" "train.weight_decay=0.001" …`.

A recipe is the changes to params.yaml as `section.key=value`, "" being none. Each is trained on subsets of the first
50,000 training images and scored on the last 10,000, with subset seed = train seed; as many runs at once as there are
cores, each on one thread. Prints a table in which every recipe stands beside the first.
"""

import argparse
import contextlib
import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from statistics import mean

from benchmarks.recipe import ROOT, measured, parameters, with_error
from digits.data.classes import FILE
from digits.data.idx import FILES, read_split, write_idx
from digits.pipeline.errors import one_line_errors

HELD_OUT = 10_000  # training images, the last ones
NONE = "params.yaml"  # what a recipe without changes is called


def main(recipes: list[str], seeds: int, raw: Path = ROOT / "data/raw") -> None:
    for recipe in recipes:
        parameters(recipe)  # refuses a wrong one before any run
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        hold_out(raw, Path(folder))
        asked = [(recipe, seed) for recipe in recipes for seed in range(seeds)]
        runs = {pool.submit(accuracy_of, recipe, seed, Path(folder)): (recipe, seed) for recipe, seed in asked}
        accuracy = {}
        try:
            for ended in as_completed(runs):
                accuracy[runs[ended]] = ended.result()
                recipe, seed = runs[ended]
                print(f"{recipe or NONE}, seed {seed}: {ended.result():.2f} %", file=sys.stderr, flush=True)
        finally:
            pool.shutdown(cancel_futures=True)  # where one failed, the others need not begin
    print(table({recipe: [accuracy[recipe, seed] for seed in range(seeds)] for recipe in recipes}))


def accuracy_of(recipe: str, seed: int, raw: Path) -> float:
    """Train and score once; in %. In silence: what the stages print calls test images what here is not."""
    with contextlib.redirect_stdout(io.StringIO()):
        accuracy: float = measured(seed, recipe, raw).test["accuracy"]
        return 100 * accuracy


def hold_out(raw: Path, folder: Path) -> None:
    """Write data like that in `raw`, whose test images are the last training images. ValueError: no more than these."""
    images, labels = read_split(raw, "train")
    if len(images) <= HELD_OUT:
        raise ValueError(f"{raw}: {len(images):,} training images: must be more than the {HELD_OUT:,} held out")
    parts = (images[:-HELD_OUT], labels[:-HELD_OUT], images[-HELD_OUT:], labels[-HELD_OUT:])
    for name, part in zip(FILES, parts, strict=True):
        write_idx(folder / name, part)
    shutil.copy(raw / FILE, folder)


def table(accuracy: dict[str, list[float]]) -> str:
    """Markdown, the recipes beside the first, over equal seeds, ± the standard error of the difference.

    accuracy: of each recipe, by seed, in %.
    """
    lines = ["| recipe | accuracy, % | difference, points | seeds |", "| --- | --- | --- | --- |"]
    first = next(iter(accuracy.values()))
    for recipe, values in accuracy.items():
        less = [value - other for value, other in zip(values, first, strict=True)]
        difference = with_error(less) if values is not first else ""
        lines.append(f"| {recipe or NONE} | {mean(values):.2f} | {difference} | {len(values)} |")
    return "\n".join(lines)


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: must be 1 or more")
    return int(text)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.tuning", description="Compare recipes on training images that none of them has seen."
    )
    parser.add_argument("recipes", nargs="+", metavar="RECIPE", help='section.key=value changes in quotes; "" is none')
    parser.add_argument(
        "--seeds", type=positive, default=4, metavar="N", help="runs of each recipe (default: %(default)s)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with one_line_errors():
        given = parse_arguments()
        main(list(dict.fromkeys(given.recipes)), given.seeds)
