"""How well pictures are read that people made: `python -m benchmarks.own_digits FOLDER`.

Pictures are named `<kind>_<source>_<label>_<n>.<ending>`. Those in the folder `several` are named by the number they
show, `<number>_<n>.<ending>`. Writes benchmarks/own_digits.csv: a row a kind, with the reader, with the pipeline's
network and, where it is installed, with a package that others made; and a row of things that are no digits, drawn by
studies/reader/others.py from other random numbers.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from digits.data.handwriting.picture import open_picture
from digits.network.weights import MODEL, READER, load_weights
from digits.pipeline.errors import one_line_errors
from digits.reading.answers import read, summarise
from digits.scoring import wilson_interval
from studies.reader.others import KINDS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/own_digits.csv"
PEER = "digit_recognizer"  # uv pip install --no-deps digit-recognizer-py==0.1.0
OTHERS = 500
SINGLE = "all of one digit"

Answer = Callable[[Path | Image.Image], tuple[str | None, float]]  # what a picture says, or None, and how surely


def main(folder: Path) -> None:
    rows = []
    for name, answer in list_answers():
        table = pd.DataFrame([(kind, *measure(path, label, answer)) for kind, label, path in list_pictures(folder)])
        table.columns = pd.Index(["pictures", "right", "wrong", "refused", "sure_and_wrong"])
        for kind, group in [*table.groupby("pictures"), (SINGLE, table[table["pictures"] != "several"])]:
            low, high = wilson_interval(int(group["right"].sum()), len(group))
            interval = {"right_low": round(low, 4), "right_high": round(high, 4)}
            rows.append({"network": name, "pictures": kind, "count": len(group), **group.iloc[:, 1:].sum(), **interval})
        rows.append({"network": name, "pictures": "no digits", "count": OTHERS, **count_others(answer)})
    results = pd.DataFrame(rows).convert_dtypes()  # counts stay whole numbers beside rows without them
    results.to_csv(RESULTS, index=False, lineterminator="\n")
    print(results.to_string(index=False))


def list_answers() -> Iterator[tuple[str, Answer]]:
    yield str(READER), by_network(READER)
    yield str(MODEL), by_network(MODEL)
    if importlib.util.find_spec(PEER):
        recognizer = importlib.import_module(PEER).DigitRecognizer()

        def answer(picture: Path | Image.Image) -> tuple[str, float]:
            result = recognizer.predict(picture, detailed=True)
            return str(result.digit), result.confidence

        yield PEER, answer


def by_network(weights: Path) -> Answer:
    model = load_weights(ROOT / weights)

    def answer(picture: Path | Image.Image) -> tuple[str | None, float]:
        try:
            lines = read(open_picture(picture) if isinstance(picture, Path) else picture, model)
        except ValueError:
            return None, 0
        says, confidence = summarise(lines)
        return (says if all(sign.label is not None for line in lines for sign in line) else None), confidence

    return answer


def list_pictures(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Find the kind, the label and the file of each."""
    for path in files_in(folder):
        kind, _, label, _ = path.stem.split("_")
        yield kind, label, path
    for path in files_in(folder / "several"):
        yield "several", path.stem.split("_")[0], path


def files_in(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.glob("*_*.*") if path.is_file())


def measure(path: Path, label: str, answer: Answer) -> tuple[bool, bool, bool, bool]:
    """Return whether the answer is right, wrong, none, and wrong though it is given with 99 %."""
    says, confidence = answer(path)
    wrong = says is not None and says != label
    return says == label, wrong, says is None, wrong and confidence >= 0.99


def count_others(answer: Answer) -> dict[str, int]:
    random = np.random.default_rng(99)
    kinds = [kind for kind in KINDS if kind.__name__ != "several_digits"]  # these are a number
    refused = sum(answer(kinds[number % len(kinds)](random))[0] is None for number in range(OTHERS))
    return {"wrong": OTHERS - refused, "refused": refused}


if __name__ == "__main__":
    with one_line_errors():
        main(Path(sys.argv[1]))
