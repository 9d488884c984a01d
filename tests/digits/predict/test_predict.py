import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digits.network.cnn import CNN
from digits.network.weights import MODEL, save_weights
from digits.predict.__main__ import main
from digits.predict.seen import MAX_PANELS, Panel, seen
from digits.reading.answers import format_percent
from tests.conftest import Command
from tests.handwriting import beside, photographed, written


@pytest.fixture
def folder(tmp_path: Path, reader: CNN) -> Path:
    save_weights(reader, tmp_path / MODEL)
    written(3).save(tmp_path / "three.png")
    photographed(written(7)).save(tmp_path / "a seven\n$x_1$.jpg")
    Image.new("L", (90, 90), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("seven")
    return tmp_path


def test_a_line_a_file_and_the_others_are_still_answered(folder: Path, command: Command) -> None:
    files = ["three.png", "blank.png", "text.png", ".", "none.png", "a seven\n$x_1$.jpg"]
    code, out, err = command(folder, "digits.predict", *files)
    three, seven = out.splitlines()
    assert three.startswith("three.png: 3 (")
    assert seven.startswith("a seven?$x_1$.jpg: 7 (")
    assert err.splitlines() == [
        "read by models/cnn.safetensors",
        "error: blank.png: no digit found",
        "error: text.png: not a picture that Pillow reads",
        "error: .: is a directory: name the pictures in it",
        "error: none.png: no such file",
    ]
    assert code == 1


def test_for_programs_and_with_a_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [folder / name for name in ("three.png", "blank.png", "a seven\n$x_1$.jpg", "three.png")]
    shown = folder / "shown.png"
    assert main(files, folder / MODEL, shown, as_json=True) == 1
    answers: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert [answer["file"] for answer in answers] == list(map(str, files))
    assert answers[1] == {"file": str(files[1]), "error": "no digit found"}
    assert [answer["label"] for answer in answers if "label" in answer] == [3, 7, 3]
    for answer in (answers[0], answers[2]):
        assert answer.keys() == {"file", "label", "says", "confidence", "probabilities", "box", "lines"}
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert answer["confidence"] == max(answer["probabilities"]) == answer["probabilities"][answer["label"]]
    with Image.open(shown) as picture:
        assert picture.width > 500
    assert main(files[:1], folder / MODEL, shown) == 0, "the picture may be drawn again; all answered is success"


def test_a_number_is_read_and_what_is_none_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beside([2, 0, 7]).save(folder / "number.png")
    sheet = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(sheet).text((100, 100), "W", font_size=120, fill=0, anchor="mm")
    sheet.save(folder / "letter.png")
    assert main([folder / "number.png"], folder / MODEL, folder / "shown.png") == 0
    assert capsys.readouterr().out.startswith(f"{folder}/number.png: 207 (")
    assert main([folder / "number.png", folder / "letter.png"], folder / MODEL, None, as_json=True) == 3
    number, letter = json.loads(capsys.readouterr().out)
    [line] = number["lines"]
    assert [sign["label"] for sign in line] == [2, 0, 7]
    assert (number["says"], number["label"]) == ("207", None)
    assert (letter["says"], letter["label"]) == ("no digit", None)


def test_the_picture_replaces_neither_an_input_nor_another_picture(folder: Path, command: Command) -> None:
    given = ["digits.predict", "three.png", "--json", "--show"]
    assert "was not drawn by this project" in command(folder, *given, "blank.png")[2]
    assert "is one of the inputs" in command(folder, *given, "three.png")[2]


@pytest.mark.parametrize(("share", "text"), [(1, "> 99.9 %"), (0.9991, "> 99.9 %"), (0.985, "98.5 %"), (0.1, "10.0 %")])
def test_a_network_is_never_quite_sure(share: float, text: str) -> None:
    assert format_percent(share) == text


def test_the_picture_holds_the_first_files_and_the_likeliest_classes() -> None:
    classes, row = [f"class {k}" for k in range(30)], np.linspace(0, 1, 30)
    image, probabilities = np.zeros((28, 28), np.uint8), (row / row.sum()).tolist()
    figure = seen([Panel(f"{k}.png", image, probabilities, []) for k in range(MAX_PANELS + 5)], classes)
    assert len(figure.axes) == 2 * MAX_PANELS
    bars = figure.axes[1]
    assert [label.get_text() for label in bars.get_yticklabels()] == classes[19:]
    filled = [bar.get_facecolor() != (1, 1, 1, 1) for bar in bars.patches]
    assert filled == [False] * 10 + [True]
    assert figure.axes[0].get_title() == "0.png"
