"""A person's own pictures, from a folder to the last plot."""

import csv
import json
from pathlib import Path

import numpy as np
from PIL import Image

from digits.network.weights import load_weights
from tests.clones import change, clone, run
from tests.drawing import draw

NAMES = {"circle, closed": 0, "one": 1, "seven": 7}  # what the drawn digits are called here


def test_a_folder_of_pictures_gives_a_network_of_its_classes(tmp_path: Path) -> None:
    images, labels = draw(600, seed=5)
    for name, digit in NAMES.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number, image in enumerate(images[labels == digit][:49]):
            sheet = Image.fromarray(255 - image).resize((90, 90)) if number % 2 else Image.fromarray(image)
            sheet.save(tmp_path / "pictures" / name / f"{number}.png")
    project = clone(tmp_path / "project", tmp_path / "pictures")
    change(project, download={"dataset": "own"}, subset={"samples": 126, "test_samples": 21}, train={"epochs": 4})
    ended = run(project, "dvc", "repro")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"own from {tmp_path / 'pictures'}, verified" in ended.stdout
    measured = json.loads((project / "metrics/test.json").read_text())
    assert measured["accuracy"] > 0.6
    by_class = list(csv.DictReader((project / "plots/per_class.csv").read_text().splitlines()))
    assert [row["class"] for row in by_class] == list(NAMES)
    answers = list(csv.DictReader((project / "plots/predictions.csv").read_text().splitlines()))
    assert {answer["actual"] for answer in answers} == set(NAMES)
    assert load_weights(project / "models/cnn.safetensors").classes == tuple(NAMES)
    assert np.asarray(Image.open(project / "plots/images/confusion.png")).std() > 0
