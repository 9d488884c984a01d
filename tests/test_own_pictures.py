"""A person's own pictures, from a folder to the metrics, stage by stage."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digits.network.weights import load_weights
from stages import download, subset
from tests.drawing import draw
from tests.stages.conftest import evaluate_in, train_in

NAMES = {"circle, closed": 0, "one": 1, "seven": 7}  # what the drawn digits are called here


def test_a_folder_of_pictures_gives_a_network_of_its_classes(
    tmp_path: Path, params: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels = draw(600, seed=5)
    for name, digit in NAMES.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number, image in enumerate(images[labels == digit][:49]):
            sheet = Image.fromarray(255 - image).resize((90, 90)) if number % 2 else Image.fromarray(image)
            sheet.save(tmp_path / "pictures" / name / f"{number}.png")
    small = {name: params(name) for name in ("model", "train")}
    small["train"] = params("train", epochs=4)
    download.main(params("download", dataset="own", sources=[str(tmp_path / "pictures")]), tmp_path / "data/raw")
    assert f"own from {tmp_path / 'pictures'}, verified" in capsys.readouterr().out
    subset.main(params("subset", samples=126, test_samples=21), tmp_path / "data/raw", tmp_path / "data/subset")
    train_in(tmp_path, small)
    evaluate_in(tmp_path, small)
    measured = json.loads((tmp_path / "metrics/test.json").read_text())
    by_class = csv.DictReader((tmp_path / "plots/per_class.csv").read_text().splitlines())
    assert [row["class"] for row in by_class] == list(NAMES)
    assert measured["accuracy"] > 0.6
    answers = list(csv.DictReader((tmp_path / "plots/predictions.csv").read_text().splitlines()))
    assert {answer["actual"] for answer in answers} == set(NAMES)
    assert load_weights(tmp_path / "models/cnn.safetensors").classes == tuple(NAMES)
