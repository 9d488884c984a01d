"""Source: a folder of pictures, a subfolder a class.

Either the classes' folders lie in it, and a seventh of each class becomes test data; or it is laid out as for
torchvision's ImageFolder, `train` and `test` (or `val`), and the classes' folders lie in these.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from digits.data.arrays import SIDE, Images
from digits.data.classes import FILE, Kind, check_classes, write_classes
from digits.data.handwriting.picture import image_of, open_picture, pen_width
from digits.data.handwriting.strokes import THICK
from digits.data.sources.parts import hold_out, write_parts
from digits.pipeline.errors import printable

PARTS = {"train": ("train", "training"), "test": ("test", "testing"), "val": ("val", "valid", "validation")}
LEFTOVERS = ("thumbs.db", "desktop.ini", "__macosx", "@eadir")  # what systems put among pictures
COLOURED = 30  # levels of 255 between a pixel's channels
MEASURED = 100  # pictures whose strokes are measured


def fetch(folder: Path, out: Path, kind: Kind) -> None:
    """Write the pictures in `folder` as four IDX files and the names of their folders as classes.

    Each becomes what `digits.predict` makes of it. ValueError: classes or pictures are missing, or one can't be read.
    """
    parts = find_parts(folder)
    names = sorted({path.name for part in parts or [folder] for path in list_folders(part)}, key=natural_key)
    found = [list_pictures(part, names) for part in parts or [folder]]
    classes = check_classes(names)
    paths = [path for part in found for path, _ in part]
    labels = np.array([label for part in found for _, label in part], np.uint8)
    is_test = np.arange(len(paths)) >= len(found[0]) if parts else hold_out(labels, classes)
    write_parts(out, read_pictures(paths, kind), labels, is_test)
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


def read_pictures(paths: list[Path], kind: Kind) -> Images:
    """Images uint8 [N, 28, 28]; what gets lost is told on stderr. ValueError: one can't be read, or is blank."""
    images, in_colour, widths = np.empty((len(paths), SIDE, SIDE), np.uint8), 0, []
    for number, path in enumerate(tqdm(paths, desc="pictures", unit="", leave=False, disable=None)):
        try:
            picture = open_picture(path)
            images[number] = image_of(picture, kind)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        in_colour += is_coloured(picture)
        if kind == "strokes" and number % -(-len(paths) // MEASURED) == 0:
            widths.append(pen_width(picture))
    if kind == "plain" and in_colour:
        print(f"{in_colour:,} of {len(paths):,} pictures are in colour: they become grey", file=sys.stderr)
    if widths and np.median(widths) > THICK:
        print("most pictures are no pen's strokes and were thinned: set download.pictures to plain", file=sys.stderr)
    return images


def is_coloured(picture: Image.Image) -> bool:
    return picture.mode == "RGB" and bool(np.ptp(np.asarray(picture), axis=2).max() > COLOURED)
