"""How well the default network reads other digits than MNIST's: `make extras`, then `python -m benchmarks.own_digits`.

Every picture goes the way it goes in `python -m digits.predict`. Written to benchmarks/own_digits.csv:

- scikit-learn's 1,797 handwritten digits, 8×8 pixels: other writers, another country, another scanner (the test part of
  Alpaydin and Kaynak's Optical Recognition of Handwritten Digits, UCI Machine Learning Repository);
- made-up photographs of 2,000 MNIST training images that the network was not trained on, see benchmarks/photographs.py;
- the same 2,000 as pictures of 28×28 pixels, and handed to the network directly: what the way through pictures costs.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from benchmarks.photographs import photograph
from digits.data.arrays import SIDE, Images, Labels, load_images
from digits.data.handwriting.picture import decode, mnist_form
from digits.data.idx import read_split
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from digits.network.weights import MODEL, load_weights
from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_csv
from digits.scoring import wilson_interval

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/own_digits.csv"
COLUMNS = ("name", "images", "right", "unreadable", "accuracy", "accuracy_low", "accuracy_high")
COUNT = 2000


def main() -> None:
    model = load_weights(ROOT / MODEL)
    images, labels = unseen(COUNT)
    random = np.random.default_rng(0)
    eight = load_digits()
    rows = [
        row("scikit-learn digits", model, map(png, (eight.images * 255 / 16).astype(np.uint8)), eight.target),
        row("photographs", model, (photograph(image, random) for image in images), labels),
        row("MNIST as pictures", model, map(png, images), labels),
        score("MNIST directly", make_predictions(model, images).numpy().argmax(1) == labels, 0),
    ]
    write_csv(RESULTS, COLUMNS, rows)
    print(RESULTS.read_text(), end="")


def unseen(count: int) -> tuple[Images, Labels]:
    """Random MNIST training images, and their labels, that are not in data/subset."""
    images, labels = read_split(ROOT / "data/raw", "train")
    trained = {image.tobytes() for image in load_images(ROOT / "data/subset/train_images.npy")}
    order = np.random.default_rng(0).permutation(len(images))
    chosen = [i for i in order.tolist() if images[i].tobytes() not in trained][:count]
    return images[chosen], labels[chosen]


def png(image: Images) -> bytes:
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def row(name: str, model: CNN, files: Iterable[bytes], labels: Labels) -> tuple[object, ...]:
    """Read each file as a person's; one in which no digit is found counts as wrong."""
    forms, unreadable = [], 0
    for file in files:
        try:
            forms.append(mnist_form(decode(BytesIO(file), ["PNG", "JPEG"])))
        except ValueError:
            forms.append(np.zeros((SIDE, SIDE), np.uint8))
            unreadable += 1
    found = np.array([form.any() for form in forms])
    right = (make_predictions(model, np.stack(forms)).numpy().argmax(1) == labels) & found
    return score(name, right, unreadable)


def score(name: str, right: np.ndarray[tuple[int], np.dtype[np.bool_]], unreadable: int) -> tuple[object, ...]:
    low, high = wilson_interval(int(right.sum()), len(right))
    return name, len(right), int(right.sum()), unreadable, round(float(right.mean()), 4), round(low, 4), round(high, 4)


if __name__ == "__main__":
    with one_line_errors():
        main()
