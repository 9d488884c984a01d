"""Source: a folder of pictures, a subfolder a class.

Either the classes' folders lie in it, and a seventh of each class becomes test data; or it is laid out as for
torchvision's ImageFolder, `train` and `test` (or `val`), and the classes' folders lie in these.
"""

import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from digits.data.arrays import SIDE, Images
from digits.data.classes import FILE, check_classes, write_classes
from digits.data.handwriting.picture import mnist_form, open_picture
from digits.data.sources.parts import hold_out, write_parts
from digits.pipeline.errors import printable

PARTS = {"train": ("train", "training"), "test": ("test", "testing"), "val": ("val", "valid", "validation")}
LEFTOVERS = ("thumbs.db", "desktop.ini", "__macosx", "@eadir")  # what systems put among pictures
MIN_CONTRAST = 10  # levels of 255 between the lightest and the darkest pixel: with less it is blank


def fetch(folder: Path, out: Path) -> None:
    """Write the pictures in `folder` as four IDX files and the names of their folders as classes.

    A picture of 28×28 pixels is taken as it is, dark background and light strokes, like MNIST's; any other is brought
    to that form. ValueError: classes or pictures are missing, or one can't be read.
    """
    parts = find_parts(folder)
    names = sorted({path.name for part in parts or [folder] for path in list_folders(part)}, key=natural_key)
    found = [list_pictures(part, names) for part in parts or [folder]]
    classes = check_classes(names)
    paths = [path for part in found for path, _ in part]
    labels = np.array([label for part in found for _, label in part], np.uint8)
    is_test = np.arange(len(paths)) >= len(found[0]) if parts else hold_out(labels, classes)
    write_parts(out, read_pictures(paths), labels, is_test)
    write_classes(out / FILE, classes)


def find_parts(folder: Path) -> list[Path]:
    """The folders of training and of test pictures; none where the classes' folders lie in `folder` itself.

    ValueError: one of the two is missing or there twice.
    """
    inside = list_folders(folder)
    found = {part: [path for path in inside if path.name.casefold() in names] for part, names in PARTS.items()}
    if not any(list_folders(path) for paths in found.values() for path in paths):
        return []
    parts = [*found["train"], *(found["test"] or found["val"])]
    if len(found["train"]) != 1 or len(parts) != 2:
        names = ", ".join(path.name for path in inside)
        raise ValueError(f"has the folders {names}: expected train and test (or val), or the classes' folders alone")
    if unused := [path.name for path in inside if path not in parts]:
        print(printable(f"{folder}: left unused: {', '.join(unused)}"), file=sys.stderr)
    return parts


def is_visible(name: str) -> bool:
    return not name.startswith(".") and name.casefold() not in LEFTOVERS


def list_folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and is_visible(path.name)]


def natural_key(name: str) -> tuple[bool, int, str]:
    """Numbers first, by value, then names."""
    number = name.isascii() and name.isdigit()
    return not number, int(name) if number else 0, name


def list_pictures(folder: Path, names: list[str]) -> list[tuple[Path, int]]:
    """All visible files in the classes' folders and below, in a fixed order, each with its class's number.

    ValueError: a class has none, or none in its own folder.
    """
    found: list[tuple[Path, int]] = []
    for number, name in enumerate(names):
        own = folder / name
        files = [path for path in sorted(own.rglob("*")) if path.is_file()]
        visible = [path for path in files if all(map(is_visible, path.relative_to(own).parts))]
        if not any(path.parent == own for path in visible):
            raise ValueError(f"{own}: no pictures in this folder itself; every class needs some in each part")
        found += [(path, number) for path in visible]
    return found


def read_pictures(paths: list[Path]) -> Images:
    """Images uint8 [N, 28, 28]."""
    images = np.empty((len(paths), SIDE, SIDE), np.uint8)
    for image, path in zip(images, tqdm(paths, desc="pictures", unit="", leave=False, disable=None), strict=True):
        try:
            image[:] = read_picture(path)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return images


def read_picture(path: Path) -> Images:
    """One picture as uint8 [28, 28]. ValueError: none, or a blank one."""
    picture = open_picture(path)
    if picture.size != (SIDE, SIDE):
        return mnist_form(picture)
    image = np.asarray(picture.convert("L"))
    if np.ptp(image) < MIN_CONTRAST:
        raise ValueError("no digit found")
    return image
