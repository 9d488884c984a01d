"""Train the network that reads people's digits: `python -m studies.reader.train RAW WEIGHTS METRICS`."""

import digits.network.openmp  # noqa: F401 - before torch

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.random import Generator
from pydantic import Field

from digits.data.arrays import Images, Labels, save_split
from digits.data.classes import FILE, NO_DIGIT, read_classes, write_classes
from digits.data.handwriting.picture import image_of, open_picture
from digits.data.idx import read_split
from digits.network.prediction import make_predictions
from digits.network.weights import load_weights
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.files import write_json, write_whole
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.pipeline.section import Section
from digits.scoring import wilson_interval
from stages import train
from studies.reader.others import draw_others
from studies.reader.pen import draw_digits

PATH = Path("studies/reader/params.yaml")  # seen from the project's folder
OWN_REPEATS = 100  # of each of a person's pictures, each time distorted differently


class ReaderParams(Section):
    """How many images are drawn beside MNIST's training images: digits, and things that are none."""

    seed: Annotated[int, Field(ge=0, lt=2**32)]
    digits: Annotated[int, Field(ge=0, le=1_000_000)]
    others: Annotated[int, Field(ge=1, le=1_000_000)]
    own: Annotated[str, Field(max_length=1000)]


def main(
    params: ReaderParams, training: TrainParams, model: ModelParams, raw: Path, weights: Path, metrics: Path
) -> None:
    random = np.random.default_rng(params.seed)
    classes = read_classes(raw / FILE)
    images, labels = add_drawn(*read_split(raw, "train"), params, random, no_digit=len(classes))
    if params.own:
        own_images, own_labels = read_own(Path(params.own).expanduser(), classes)
        images, labels = np.concatenate([images, own_images]), np.concatenate([labels, own_labels])
    test_images, test_labels = read_split(raw, "t10k")
    with tempfile.TemporaryDirectory() as folder:
        out, data = Path(folder), Path(folder, "data")
        write_classes(data / FILE, (*classes, NO_DIGIT))
        splits = {"train": (images, labels), "validation": (images[:0], labels[:0]), "test": (test_images, test_labels)}
        for name, split in splits.items():
            save_split(data / f"{name}_images.npy", data / f"{name}_labels.npy", *split)
        outputs = out / "models", out / "augmented.npy", out / "train.json", out / "history.csv", out / "checkpoints"
        train.main(training, model, data, *outputs)
        write_whole(weights, (out / "models/cnn.safetensors").read_bytes())
    probabilities = make_predictions(load_weights(weights), test_images).numpy()
    right, total = int((probabilities[:, : len(classes)].argmax(1) == test_labels).sum()), len(test_labels)
    no_digit = int((probabilities.argmax(1) == len(classes)).sum())
    low, high = wilson_interval(right, total)
    values: dict[str, object] = {"accuracy": right / total, "accuracy_low": low, "accuracy_high": high}
    values |= {"errors": total - right, "samples": total, "no_digit": no_digit}
    write_json(metrics, values)
    say(f"{right / total:.2%} of {total:,} MNIST test images right → {weights}")


def add_drawn(
    images: Images, labels: Labels, params: ReaderParams, random: Generator, *, no_digit: int
) -> tuple[Images, Labels]:
    """Add what is drawn to images, uint8 [N, 28, 28], with labels, uint8 [N]."""
    drawn, drawn_labels = draw_digits(params.digits, random)
    others = draw_others(params.others, random)
    all_labels = [labels, drawn_labels, np.full(len(others), no_digit, np.uint8)]
    return np.concatenate([images, drawn, others]), np.concatenate(all_labels)


def read_own(folder: Path, classes: Sequence[str]) -> tuple[Images, Labels]:
    """Read a person's pictures, a subfolder a class, each OWN_REPEATS times. ValueError: a bad one, or none."""
    files = [(file, label) for label, name in enumerate(classes) for file in sorted((folder / name).glob("*.*"))]
    if not files:
        raise ValueError(f"{PATH}: reader.own = {folder}: must hold pictures in subfolders named {', '.join(classes)}")
    images = []
    for file, _ in files:
        try:
            images.append(image_of(open_picture(file), "strokes"))
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from None
    labels = np.array([label for _, label in files], np.uint8)
    return np.stack(images).repeat(OWN_REPEATS, 0), labels.repeat(OWN_REPEATS)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(
            load_params("reader", ReaderParams, PATH),
            load_params("train", TrainParams, PATH),
            load_params("model", ModelParams, PATH),
            *map(Path, sys.argv[1:]),
        )
