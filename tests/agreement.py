"""How far the page agrees with Python, and how long a stroke takes it: `python -m tests.agreement [FOLDER]`.

Compares 1,000 of MNIST's test images, the pictures in FOLDER, and measures each stroke of ten digits drawn ten times.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from digits.data.arrays import Images
from digits.data.handwriting.picture import open_picture
from digits.data.idx import FILES, read_idx
from digits.export.page import make_page
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from digits.network.weights import READER, load_weights
from digits.reading.answers import read, summarise
from tests.handwriting import STROKES
from tests.imports import ROOT
from tests.pointer import Page, browser, in_script

PROBABILITIES = """((all) => Array.from({{ length: all.length / 784 }}, (_, k) =>
  makePrediction(all.subarray(784 * k, 784 * k + 784)).probabilities))({})"""
ANSWER = "openPicture(new Blob([{}])).then((picture) => summarise(read(picture).lines)).catch((error) => error.message)"
STROKE = """(() => {{
  strokes = {};
  redraw();
  const start = performance.now();
  read(currentPicture());
  return performance.now() - start;
}})()"""


def largest_difference(page: Page, model: CNN, images: Images) -> float:
    """Of the probabilities that the page and Python give the images."""
    found = page.evaluate(PROBABILITIES.format(in_script(images.tobytes())))
    return float(np.abs(np.array(found) - make_predictions(model, images).numpy()).max())


def agrees(page: Page, path: Path, model: CNN) -> bool:
    try:
        expected, _ = summarise(read(open_picture(path), model))
    except ValueError as error:
        expected = str(error)
    answer: str = page.evaluate(ANSWER.format(in_script(path.read_bytes())))
    return answer.split(" (")[0] == expected


def main(folder: Path | None) -> None:
    torch.set_num_threads(1)
    model = load_weights(ROOT / READER)
    with tempfile.TemporaryDirectory() as there, browser() as page:
        file = Path(there) / "page.html"
        file.write_text(make_page(model), encoding="utf-8")
        page.open(file.as_uri())
        images = read_idx(ROOT / "data/raw" / FILES[2])[:1000]
        off = largest_difference(page, model, images)
        print(f"{len(images)} MNIST images: probabilities differ by {off:.1g} at most")
        drawn = [
            [[(75 + 125 * x, 25 + 150 * y) for x, y in s] for s in STROKES[n][:k]] for n in range(10) for k in (1, 2)
        ]
        times = [page.evaluate(STROKE.format(json.dumps(strokes))) for _ in range(10) for strokes in drawn]
        print(f"a stroke: {np.median(times):.0f} ms (median of {len(times)}), the fastest {min(times):.0f}")
        files = sorted(path for path in folder.rglob("*_*.*") if path.is_file()) if folder else []
        differing = [path.name for path in files if not agrees(page, path, model)]
        print(f"{len(files)} pictures: {len(files) - len(differing)} with the same answer; not {differing}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
