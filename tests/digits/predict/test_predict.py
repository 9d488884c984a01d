import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digits.network.cnn import CNN
from digits.network.weights import MODEL, save_weights
from digits.predict.__main__ import format_percent, parse_arguments
from digits.predict.seen import MAX_FILES, seen
from tests.handwriting import photographed, written
from tests.imports import ROOT


@pytest.fixture
def folder(tmp_path: Path, reader: CNN) -> Path:
    """Pictures of a 3 and a 7, files that are none, and the weights."""
    save_weights(reader, tmp_path / MODEL)
    written(3).save(tmp_path / "three.png")
    photographed(written(7)).save(tmp_path / "a seven\n$x_1$.jpg")
    Image.new("L", (90, 90), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("seven")
    return tmp_path


def predict(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "digits.predict", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_line_a_file_and_the_others_are_still_answered(folder: Path) -> None:
    ended = predict(folder, "three.png", "blank.png", "text.png", ".", "none.png", "a seven\n$x_1$.jpg")
    three, seven = ended.stdout.splitlines()
    assert three.startswith("three.png: 3 (")
    assert seven.startswith("a seven?$x_1$.jpg: 7 (")
    assert ended.stderr.splitlines() == [
        "error: blank.png: no digit found",
        "error: text.png: not a picture that Pillow reads",
        "error: .: is a directory: name the pictures in it",
        "error: none.png: no such file",
    ]
    assert ended.returncode == 1


def test_for_programs_and_with_a_picture(folder: Path) -> None:
    files = ["three.png", "blank.png", "a seven\n$x_1$.jpg", "three.png"]
    ended = predict(folder, "--json", "--show", "shown.png", *files)
    answers: list[dict[str, Any]] = json.loads(ended.stdout)
    assert [answer["file"] for answer in answers] == files
    assert answers[1] == {"file": "blank.png", "error": "no digit found"}
    assert [answer["label"] for answer in answers if "label" in answer] == [3, 7, 3]
    for answer in (answers[0], answers[2]):
        assert answer.keys() == {"file", "label", "confidence", "probabilities"}
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert answer["confidence"] == max(answer["probabilities"]) == answer["probabilities"][answer["label"]]
    assert ended.returncode == 1
    with Image.open(folder / "shown.png") as shown:
        assert shown.width > 500


@pytest.mark.parametrize(
    ("show", "reason"),
    [
        ("three.png", "is one of the inputs"),
        ("./three.png", "is one of the inputs"),
        ("a seven\n$x_1$.jpg", "must end in .png"),
        ("blank.png", "was not drawn by this project"),
    ],
)
def test_the_picture_replaces_no_picture_of_the_user(folder: Path, show: str, reason: str) -> None:
    before = (folder / show).read_bytes()
    ended = predict(folder, "three.png", "--show", show)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert reason in ended.stderr
    assert (folder / show).read_bytes() == before


def test_the_picture_may_be_drawn_again(folder: Path) -> None:
    for show, more in (("new.png", []), ("new.png", []), ("blank.png", ["--force"])):
        assert predict(folder, "three.png", "--show", show, *more).returncode == 0


def test_all_answered_is_success(folder: Path) -> None:
    ended = predict(folder, "three.png")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_no_model_is_one_line(folder: Path) -> None:
    ended = predict(folder, "three.png", "--model", "none.safetensors")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: none.safetensors: ")
    assert ended.stderr.count("\n") == 1


def test_arguments() -> None:
    given = parse_arguments(["a.png", "b.png", "--json"])
    assert (given.files, given.model, given.json, given.show) == ([Path("a.png"), Path("b.png")], MODEL, True, None)


@pytest.mark.parametrize(("share", "text"), [(1, "> 99.9 %"), (0.9991, "> 99.9 %"), (0.985, "98.5 %"), (0.1, "10.0 %")])
def test_a_network_is_never_quite_sure(share: float, text: str) -> None:
    assert format_percent(share) == text


def test_the_picture_holds_the_first_files_and_the_likeliest_classes() -> None:
    images = np.zeros((MAX_FILES + 5, 28, 28), np.uint8)
    classes = [f"class {k}" for k in range(30)]
    row = np.linspace(0, 1, 30)
    figure = seen(
        [f"{k}.png" for k in range(MAX_FILES + 5)], images, [(row / row.sum()).tolist()] * (MAX_FILES + 5), classes
    )
    assert len(figure.axes) == 2 * MAX_FILES
    bars = figure.axes[1]
    assert [label.get_text() for label in bars.get_yticklabels()] == classes[20:]
    filled = [bar.get_facecolor() != (1, 1, 1, 1) for bar in bars.patches]
    assert filled == [False] * 9 + [True]
    assert figure.axes[0].get_title() == "0.png"
