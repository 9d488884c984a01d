"""Compare recipes without the test images: `python -m benchmarks.tuning "" "train.weight_decay=0.001" …`.

A recipe is the changes to params.yaml as `section.key=value`, "" being none. Each is trained on subsets of the first
50,000 training images and measured on the last 10,000. Prints a table in which every recipe stands beside the first,
and keeps each training in benchmarks/tuning.csv: with other recipes or more seeds, only what is missing is trained.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.recipe import RAW, ROOT, compare
from digits.data.classes import FILE
from digits.data.idx import FILES, read_split, write_idx
from digits.pipeline.errors import one_line_errors

KEPT = ROOT / "benchmarks/tuning.csv"
HELD_OUT = 10_000  # training images, the last ones


def main(recipes: list[str], seeds: int, raw: Path = RAW, kept: Path = KEPT) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hold_out(raw, Path(folder))
        named = [(recipe or "params.yaml", seeds, recipe) for recipe in dict.fromkeys(recipes)]
        print(compare(named, Path(folder), kept))


def hold_out(raw: Path, folder: Path) -> None:
    """Write data like that in `raw`, whose test images are the last training images. ValueError: no more than these."""
    images, labels = read_split(raw, "train")
    if len(images) <= HELD_OUT:
        raise ValueError(f"{raw}: {len(images):,} training images: must be more than the {HELD_OUT:,} held out")
    parts = [part for half in (slice(-HELD_OUT), slice(-HELD_OUT, None)) for part in (images[half], labels[half])]
    for name, part in zip(FILES, parts, strict=True):
        write_idx(folder / name, part)
    shutil.copy(raw / FILE, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks.tuning", description="Compare recipes on held-out images.")
    parser.add_argument("recipes", nargs="+", metavar="RECIPE", help='section.key=value changes in quotes; "" is none')
    parser.add_argument("--seeds", type=int, default=4, metavar="N", help="runs of each recipe (default: %(default)s)")
    given = parser.parse_args()
    if given.seeds < 1:
        parser.error("--seeds: must be 1 or more")
    with one_line_errors():
        main(given.recipes, given.seeds)
