from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.data.classes import read_classes
from digits.data.idx import read_split
from digits.data.sources import class_folders
from tests.drawing import Split

NAMES = ("10", "9", "Bär", "a, b")  # in the order of their labels: numbers by value, then names


@pytest.fixture
def folder(tmp_path: Path, drawn: tuple[Split, Split]) -> Path:
    """Ten pictures of each of four classes, of the drawn 9s, 7s, 1s and 0s, and files that are none."""
    images, labels = drawn[0]
    for name, label in zip(NAMES, (9, 7, 1, 0), strict=True):
        inside = tmp_path / "own" / name / "deeper"
        inside.mkdir(parents=True)
        for number, image in enumerate(images[labels == label][:10]):
            Image.fromarray(image).save(inside / f"{number}.png")
    (tmp_path / "own/.git").mkdir()
    (tmp_path / "own/9/.DS_Store").touch()
    (tmp_path / "out").mkdir()
    return tmp_path / "own"


def fetched(folder: Path) -> tuple[tuple[str, ...], Split, Split]:
    out = folder.with_name("out")
    class_folders.fetch(folder, out)
    return read_classes(out / "classes.txt"), read_split(out, "train"), read_split(out, "t10k")


def test_subfolders_become_classes_and_a_seventh_of_each_test_data(folder: Path, drawn: tuple[Split, Split]) -> None:
    classes, (images, labels), (test_images, test_labels) = fetched(folder)
    assert classes == ("9", "10", "Bär", "a, b")
    assert len(images) == len(labels) == 35
    assert sorted(np.bincount(test_labels)) == [1, 1, 1, 2]
    given, given_labels = drawn[0]
    expected = {image.tobytes() for label in (9, 7, 1, 0) for image in given[given_labels == label][:10]}
    assert {image.tobytes() for image in (*images, *test_images)} == expected
    of_10 = {image.tobytes() for image in given[given_labels == 9][:10]}
    assert {image.tobytes() for image in images[labels == 1]} < of_10


def test_it_is_divided_alike_each_time(folder: Path) -> None:
    _, *first = fetched(folder)
    _, *again = fetched(folder)
    for (images, labels), (same, same_labels) in zip(first, again, strict=True):
        np.testing.assert_array_equal(images, same)
        np.testing.assert_array_equal(labels, same_labels)


def test_train_and_test_folders_are_kept_apart(folder: Path) -> None:
    for part, names in (("train", "9"), ("test", "10")):
        for name in NAMES:
            (folder / part / name).mkdir(parents=True)
            picture = folder / names / "deeper/0.png"
            (folder / part / name / "one.png").write_bytes(picture.read_bytes())
    classes, (images, labels), (test_images, _) = fetched(folder)
    assert len(classes) == len(images) == len(test_images) == 4
    assert labels.tolist() == [0, 1, 2, 3]
    assert not np.array_equal(images[0], test_images[0])
    (folder / "test/9/one.png").unlink()
    with pytest.raises(ValueError, match=r"test.9: no pictures; every class needs some"):
        fetched(folder)


def test_another_size_is_brought_to_the_form_of_mnist(folder: Path) -> None:
    sheet = Image.new("RGB", (200, 100), "white")
    sheet.paste("navy", (30, 20, 40, 80))
    sheet.save(folder / "9/deeper/0.png")
    _, (images, labels), (test_images, test_labels) = fetched(folder)
    of_9 = [*images[labels == 0], *test_images[test_labels == 0]]
    one = next(image for image in of_9 if image.sum(axis=1).argmin() == 0 and image[:4].sum() + image[24:].sum() == 0)
    rows, columns = np.flatnonzero(one.any(axis=1)), np.flatnonzero(one.any(axis=0))
    assert rows[-1] - rows[0] + 1 == 20
    assert 12 <= columns.mean() <= 15


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "9/notes.txt").write_text("no picture"), "notes.txt: not a picture"),
        (lambda folder: (folder / "empty").mkdir(), "empty: no pictures"),
        (lambda folder: [path.rename(folder.with_name(path.name)) for path in folder.glob("[1Ba]*")], "1 classes"),
        (lambda folder: [path.unlink() for path in folder.rglob("[2-9].png")] + blank(folder), "0.png: no digit found"),
        (lambda folder: [path.unlink() for path in folder.rglob("[1-9].png")], "4 pictures: at least 7"),
    ],
)
def test_what_is_no_set_of_pictures_is_refused(folder: Path, spoil: object, reason: str) -> None:
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(ValueError, match=reason):
        fetched(folder)


def blank(folder: Path) -> list[None]:
    return [Image.new("L", (90, 90), "white").save(folder / "9/deeper/0.png")]
