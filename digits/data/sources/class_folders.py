"""Source: a folder of pictures, a subfolder a class.

Either the classes' folders lie in it, and a seventh of each class becomes the test data, as of MNIST's 70,000; or it
has the folders `train` and `test`, and the classes' folders lie in these.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from digits.data.arrays import SIDE, Images, Labels
from digits.data.classes import FILE, check_classes, write_classes
from digits.data.handwriting.picture import mnist_form, open_picture
from digits.data.idx import FILES, write_idx
from digits.data.sampling import stratified

TEST_SHARE = 7  # one in so many pictures is test data where no folder says which are

Pictures = list[tuple[Path, int]]  # and the number of its class


def fetch(folder: Path, out: Path) -> None:
    """Write the pictures in `folder` as four IDX files and the names of their folders as classes.

    A picture of 28×28 pixels is taken as it is, dark background and light strokes, like MNIST's; any other is brought
    to that form. ValueError: classes or pictures are missing, or one can't be read.
    """
    parts = [folder / "train", folder / "test"]
    given = all(part.is_dir() for part in parts)
    names = [classes_in(part) for part in (parts if given else [folder])]
    classes = check_classes(sorted(set().union(*names), key=natural))
    found = [pictures_in(part, classes) for part in (parts if given else [folder])]
    train, test = found if given else divided(found[0])
    for split, (image_file, label_file) in ((train, FILES[:2]), (test, FILES[2:])):
        images, labels = read(split)
        write_idx(out / image_file, images)
        write_idx(out / label_file, labels)
    write_classes(out / FILE, classes)


def list_folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]


def classes_in(folder: Path) -> list[str]:
    return [path.name for path in list_folders(folder)]


def natural(name: str) -> tuple[bool, int, str]:
    """Numbers first, by value, then names."""
    number = name.isascii() and name.isdigit()
    return not number, int(name) if number else 0, name


def pictures_in(folder: Path, classes: tuple[str, ...]) -> Pictures:
    """All visible files in the classes' folders and below, in a fixed order. ValueError: a class has none."""
    found: Pictures = []
    for number, name in enumerate(classes):
        inside = [path.relative_to(folder) for path in sorted((folder / name).rglob("*")) if path.is_file()]
        visible = [path for path in inside if not any(part.startswith(".") for part in path.parts)]
        if not visible:
            raise ValueError(f"{folder / name}: no pictures; every class needs some in each part")
        found += [(folder / path, number) for path in visible]
    return found


def divided(pictures: Pictures) -> tuple[Pictures, Pictures]:
    """Training and test pictures: of each class its share within one picture, at random, the same each time."""
    labels = np.array([label for _, label in pictures], dtype=np.uint8)
    count = len(pictures) // TEST_SHARE
    if not count:
        raise ValueError(f"{len(pictures)} pictures: at least {TEST_SHARE} are needed, of which one is test data")
    chosen = set(stratified(labels, count, seed=0).tolist())
    parts: tuple[Pictures, Pictures] = ([], [])
    for place, picture in enumerate(pictures):
        parts[place in chosen].append(picture)
    return parts


def read(pictures: Pictures) -> tuple[Images, Labels]:
    """Images uint8 [N, 28, 28] and labels uint8 [N]."""
    images = np.empty((len(pictures), SIDE, SIDE), np.uint8)
    for image, (path, _) in zip(
        images, tqdm(pictures, desc="pictures", unit="", leave=False, disable=None), strict=True
    ):
        try:
            image[:] = as_network_reads(path)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return images, np.array([label for _, label in pictures], dtype=np.uint8)


def as_network_reads(path: Path) -> npt.NDArray[np.uint8]:
    """One picture as uint8 [28, 28]."""
    picture = open_picture(path)
    return np.asarray(picture.convert("L")) if picture.size == (SIDE, SIDE) else mnist_form(picture)
