"""How well pictures are read that people made: `python -m benchmarks.own_digits FOLDER`.

Pictures are named `<kind>_<source>_<label>_<n>.<ending>`. Those in the folder `several` are named by the number they
show, `<number>_<n>.<ending>`. Writes benchmarks/own_digits.csv: a row a kind, with the reader and with the pipeline's
network, and a row of things that are no digits, drawn by studies/reader/others.py from other random numbers.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from digits.data.handwriting.picture import open_picture
from digits.network.cnn import CNN
from digits.network.weights import MODEL, READER, load_weights
from digits.pipeline.errors import one_line_errors
from digits.reading.answers import read, summarise
from digits.scoring import wilson_interval
from studies.reader.others import KINDS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/own_digits.csv"
OTHERS = 500


def main(folder: Path) -> None:
    rows = []
    for weights in (READER, MODEL):
        model = load_weights(ROOT / weights)
        pictures = [(path.stem.split("_")[0], path.stem.split("_")[2], path) for path in files_in(folder)]
        pictures += [("several", path.stem.split("_")[0], path) for path in files_in(folder / "several")]
        table = pd.DataFrame([(kind, *measure(path, label, model)) for kind, label, path in pictures])
        table.columns = pd.Index(["pictures", "right", "wrong", "refused", "sure_and_wrong"])
        for kind, group in [*table.groupby("pictures"), ("all of one digit", table[table["pictures"] != "several"])]:
            low, high = wilson_interval(int(group["right"].sum()), len(group))
            interval = {"right_low": round(low, 4), "right_high": round(high, 4)}
            rows.append(
                {"network": weights, "pictures": kind, "count": len(group), **group.iloc[:, 1:].sum(), **interval}
            )
        rows.append({"network": weights, "pictures": "no digits", "count": OTHERS, **count_others(model)})
    results = pd.DataFrame(rows).convert_dtypes()  # counts stay whole numbers beside rows without them
    results.to_csv(RESULTS, index=False, lineterminator="\n")
    print(results.to_string(index=False))


def files_in(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.glob("*_*.*") if path.is_file())


def measure(path: Path, label: str, model: CNN) -> tuple[bool, bool, bool, bool]:
    """Return whether the answer is right, wrong, none, and wrong though it is given with 99 %."""
    try:
        lines = read(open_picture(path), model)
    except ValueError:
        return False, False, True, False
    says, confidence = summarise(lines)
    answered = all(sign.label is not None for line in lines for sign in line)
    wrong = answered and says != label
    return says == label, wrong, not answered, wrong and confidence >= 0.99


def count_others(model: CNN) -> dict[str, int]:
    random, refused = np.random.default_rng(99), 0
    for number in range(OTHERS):
        kinds = [kind for kind in KINDS if kind.__name__ != "several_digits"]  # these are a number
        try:
            lines = read(kinds[number % len(kinds)](random), model)
            refused += any(sign.label is None for line in lines for sign in line)
        except ValueError:
            refused += 1
    return {"wrong": OTHERS - refused, "refused": refused}


if __name__ == "__main__":
    with one_line_errors():
        main(Path(sys.argv[1]))
