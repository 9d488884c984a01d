import json
from pathlib import Path

import pandas as pd
from PIL import Image

from digits.network.weights import load_weights
from stages import download, subset
from tests.drawing import draw
from tests.parameters import section
from tests.stages.conftest import evaluate_in, train_in

NAMES = {"circle, closed": 0, "one": 1, "seven": 7}  # what the drawn digits are called here


def test_a_folder_of_pictures_gives_a_network_of_its_classes(tmp_path: Path) -> None:
    images, labels = draw(600, seed=5)
    for name, digit in NAMES.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number, image in enumerate(images[labels == digit][:49]):
            sheet = Image.fromarray(255 - image).resize((90, 90)) if number % 2 else Image.fromarray(image)
            sheet.save(tmp_path / "pictures" / name / f"{number}.png")
    raw = tmp_path / "data/raw"
    download.main(section("download", dataset="own", sources=[str(tmp_path / "pictures")]), raw)
    subset.main(section("subset", samples=126, test_samples=21, validation=0), raw, tmp_path / "data/subset")
    train_in(tmp_path, {"model": section("model"), "train": section("train", epochs=4)})
    evaluate_in(tmp_path)
    assert json.loads((tmp_path / "metrics/test.json").read_text())["accuracy"] > 0.6
    by_class, answers = (pd.read_csv(tmp_path / f"plots/{name}.csv") for name in ("per_class", "predictions"))
    assert by_class["class"].tolist() == list(NAMES)
    assert set(answers["actual"]) == set(NAMES)
    assert load_weights(tmp_path / "models/cnn.safetensors").classes == tuple(NAMES)
