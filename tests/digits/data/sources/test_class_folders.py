import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.data.arrays import Images
from digits.data.classes import Kind, read_classes
from digits.data.handwriting.picture import mnist_form
from digits.data.idx import read_split
from digits.data.sources import class_folders
from tests.drawing import DRAWN, Split

IMAGES, LABELS = DRAWN[0]
NAMES = ("10", "9", "Bär", "a, b")  # in the order of their labels: numbers by value, then names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten pictures of each of four classes, of the drawn 9s, 7s, 1s and 0s, and files that are none."""
    for name, label in zip(NAMES, (9, 7, 1, 0), strict=True):
        (tmp_path / "own" / name / "deeper").mkdir(parents=True)
        for number, image in enumerate(IMAGES[label == LABELS][:10]):
            Image.fromarray(image).save(tmp_path / "own" / name / ("deeper" * (number > 4)) / f"{number}.png")
    for leftover in (".git", "__MACOSX", "9/@eaDir", "9/.ipynb_checkpoints"):
        (tmp_path / "own" / leftover).mkdir()
    for leftover in ("9/.DS_Store", "10/Thumbs.db", "10/desktop.ini", "9/@eaDir/1.png", "9/.ipynb_checkpoints/1.png"):
        (tmp_path / "own" / leftover).touch()
    return tmp_path / "own"


def fetched(folder: Path, kind: Kind = "strokes") -> tuple[tuple[str, ...], Split, Split]:
    (out := folder.with_name("out")).mkdir(exist_ok=True)
    class_folders.fetch(folder, out, kind)
    return read_classes(out / "classes.txt"), read_split(out, "train"), read_split(out, "t10k")


def test_subfolders_become_classes_and_a_seventh_of_each_test_data(folder: Path) -> None:
    classes, (images, labels), (test_images, test_labels) = fetched(folder)
    assert classes == ("9", "10", "Bär", "a, b")
    assert (len(images), sorted(np.bincount(test_labels))) == (35, [1, 1, 1, 2])
    for label, digit in enumerate((7, 9, 1, 0)):
        found = {image.tobytes() for image in (*images[labels == label], *test_images[test_labels == label])}
        assert found == {form(image) for image in IMAGES[digit == LABELS][:10]}


def form(image: Images) -> bytes:
    """What strokes become, whatever the picture's size."""
    return mnist_form(Image.fromarray(image)).tobytes()


def move_into_parts(folder: Path, **sources: str) -> None:
    """Put a picture of the class `sources` names into each class's folder in each part, and take the rest away."""
    for part, source in sources.items():
        for name in NAMES:
            (folder / part / name).mkdir(parents=True)
            shutil.copyfile(folder / source / "0.png", folder / part / name / "one.png")
    for name in NAMES:
        shutil.rmtree(folder / name)


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("TRAINING", "valid")])
def test_image_folder_s_layout_is_read(folder: Path, capsys: pytest.CaptureFixture[str], train: str, test: str) -> None:
    move_into_parts(folder, **{train: "9", test: "10"})
    classes, (images, labels), (test_images, test_labels) = fetched(folder)
    assert classes == ("9", "10", "Bär", "a, b")
    assert labels.tolist() == test_labels.tolist() == [0, 1, 2, 3]
    for part, digit in ((images, 7), (test_images, 9)):
        assert part[2].tobytes() == form(IMAGES[digit == LABELS][0])
    assert capsys.readouterr().err == ""
    (folder / test / "9/one.png").unlink()
    with pytest.raises(ValueError, match=rf"{test}.9: no pictures in this folder itself; every class needs some"):
        fetched(folder)


def test_what_is_left_unused_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    move_into_parts(folder, train="9", testing="10", validation="a, b")
    (folder / "models\x1b").mkdir()
    assert len(fetched(folder)[1][0]) == 4
    assert capsys.readouterr().err == f"{folder}: left unused: models?, validation\n"


@pytest.mark.parametrize("parts", [("train",), ("test", "val"), ("train", "Train", "test")])
def test_parts_that_do_not_fit_are_refused(folder: Path, parts: tuple[str, ...]) -> None:
    move_into_parts(folder, **dict.fromkeys(parts, "9"))
    with pytest.raises(ValueError, match=r"has the folders .*: expected train and test \(or val\), or the classes'"):
        fetched(folder)


def test_a_class_may_be_called_train(folder: Path) -> None:
    (folder / "9").rename(folder / "train")
    shutil.move(folder / "train/deeper", folder / "10/deepest")
    assert fetched(folder)[0] == ("10", "Bär", "a, b", "train")


def test_lost_colour_and_strokes_that_are_none_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (40, 40), "red").save(folder / "9/0.png")
    with Image.open(folder / "9/0.png") as picture:
        picture.paste("white", (20, 0, 40, 40))
        picture.save(folder / "9/0.png")
    fetched(folder, "plain")
    assert capsys.readouterr().err == "1 of 40 pictures are in colour: they become grey\n"
    fetched(folder)
    assert capsys.readouterr().err == ""
    for path in folder.rglob("[1-9].png"):
        Image.fromarray(np.pad(np.full((20, 20), 255, np.uint8), 20)).save(path)
    fetched(folder)
    line = "most pictures are no pen's strokes and were thinned: set download.pictures to plain\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "9/notes.txt").write_text("no picture"), "notes.txt: not a picture"),
        (lambda folder: (folder / "more/inside").mkdir(parents=True), "more: no pictures in this folder itself"),
        (lambda folder: [shutil.rmtree(folder / name) for name in NAMES[1:]], "1 classes"),
        (lambda folder: [path.unlink() for path in folder.rglob("[1-9].png")], "4 images: at least 7, not one a class"),
        (lambda folder: Image.new("L", (90, 90), 200).save(folder / "9/0.png"), "0.png: no digit found"),
    ],
)
def test_what_is_no_set_of_pictures_is_refused(folder: Path, spoil: Callable[[Path], object], reason: str) -> None:
    spoil(folder)
    with pytest.raises(ValueError, match=reason):
        fetched(folder)
