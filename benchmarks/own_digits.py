"""How well pictures are read that people made: `python -m benchmarks.own_digits FOLDER`.

Pictures are named `<kind>_<source>_<label>_<n>.<ending>`. Those in the folder `several` are named by the number they
show, `<number>_<n>.<ending>`. Writes benchmarks/own_digits.csv: a row a kind, with the reader, with the pipeline's
network and, where they are installed, with two programs that others made; and a row of things that are no digits, drawn
by studies/reader/others.py from other random numbers.
"""

import argparse
import importlib.util
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from digits.data.handwriting.picture import open_picture
from digits.network.cnn import CNN
from digits.network.weights import MODEL, READER, load_weights
from digits.pipeline.errors import one_line_errors
from digits.reading.answers import read, summarise
from digits.scoring import wilson_interval
from studies.reader.others import KINDS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/own_digits.csv"
PEER = "digit_recognizer"  # uv pip install --no-deps digit-recognizer-py==0.1.0
TESSERACT = "tesseract stdin stdout --psm 10 -c tessedit_char_whitelist=0123456789"  # 10: of its modes the best here
OTHERS = 500
SINGLE = "all of one digit"

Answer = Callable[[Path | Image.Image], tuple[str | None, float]]  # what a picture says, or None, and how surely


def main(folder: Path) -> None:
    results = pd.DataFrame([row for name, answer in list_answers() for row in measure(name, answer, folder)])
    results = results.convert_dtypes()  # counts stay whole numbers beside rows without them
    results.to_csv(RESULTS, index=False, lineterminator="\n")
    print(results.to_string(index=False))


def list_answers() -> Iterator[tuple[str, Answer]]:
    for weights in (READER, MODEL):
        yield str(weights), partial(answer_by, load_weights(ROOT / weights))
    if importlib.util.find_spec(PEER):
        recognizer = importlib.import_module(PEER).DigitRecognizer()

        def answer(picture: Path | Image.Image) -> tuple[str, float]:
            result = recognizer.predict(picture, detailed=True)
            return str(result.digit), result.confidence

        yield PEER, answer
    if shutil.which("tesseract"):
        yield "tesseract", ask_tesseract


def ask_tesseract(picture: Path | Image.Image) -> tuple[str | None, float]:
    """Return what it reads, if anything; it doesn't say how surely."""
    file = io.BytesIO()
    if isinstance(picture, Path):
        file.write(picture.read_bytes())
    else:
        picture.save(file, "PNG")
    ended = subprocess.run(TESSERACT.split(), input=file.getvalue(), capture_output=True, check=True)
    return "".join(ended.stdout.decode().split()) or None, 0


def answer_by(model: CNN, picture: Path | Image.Image) -> tuple[str | None, float]:
    try:
        lines = read(open_picture(picture) if isinstance(picture, Path) else picture, model)
    except ValueError:
        return None, 0
    says, confidence = summarise(lines)
    return (says if all(sign.label is not None for line in lines for sign in line) else None), confidence


def measure(name: str, answer: Answer, folder: Path) -> Iterator[dict[str, Any]]:
    """Count for each kind of pictures what is right, wrong, refused, and wrong though it is given with 99 %."""
    rows = []
    for path, kind, label in list_pictures(folder):
        says, confidence = answer(path)
        wrong = says not in (label, None)
        rows.append((kind, says == label, wrong, says is None, wrong and confidence >= 0.99))
    table = pd.DataFrame(rows, columns=["pictures", "right", "wrong", "refused", "sure_and_wrong"])
    for kind, group in [*table.groupby("pictures"), (SINGLE, table[table["pictures"] != "several"])]:
        counts = group.drop(columns="pictures").sum()
        low, high = wilson_interval(int(counts["right"]), len(group))
        interval = {"right_low": round(low, 4), "right_high": round(high, 4)}
        yield {"network": name, "pictures": kind, "count": len(group), **counts, **interval}
    random = np.random.default_rng(99)
    kinds = [draw for draw in KINDS if draw.__name__ != "several_digits"]  # these are a number
    refused = sum(answer(kinds[number % len(kinds)](random))[0] is None for number in range(OTHERS))
    yield {"network": name, "pictures": "no digits", "count": OTHERS, "wrong": OTHERS - refused, "refused": refused}


def list_pictures(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Find the file, the kind and the label of each. ValueError: there are none of one digit."""
    if not (singles := sorted(folder.glob("*_*_*_*.*"))):
        raise ValueError(f"{folder}: has no pictures named <kind>_<source>_<label>_<n>.<ending>")
    for path in singles:
        kind, *_, label, _ = path.stem.split("_")
        yield path, kind, label
    for path in sorted(folder.glob("several/*_*.*")):
        yield path, "several", path.stem.split("_")[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks.own_digits", description="Count how many are read right.")
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="pictures named <kind>_<source>_<label>_<n>.<ending>"
    )
    with one_line_errors():
        main(parser.parse_args().folder)
