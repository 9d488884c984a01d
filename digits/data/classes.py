"""What a data set says of itself: the names of its classes, and how pictures of its kind become images.

Class number n is line n, from 0, of `classes.txt`; the kind is the word in `pictures.txt`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from digits.pipeline.files import write_whole

Kind = Literal["strokes", "plain"]  # written with a pen, or anything else

FILE, KIND_FILE = "classes.txt", "pictures.txt"
KINDS: tuple[Kind, ...] = ("strokes", "plain")
MAX_CLASSES = 256  # labels are bytes
MAX_NAME_LENGTH = 100  # characters
NO_DIGIT = "no digit"  # the class of all that is none, where a network has learnt one

NAMES = {
    "MNIST": tuple("0123456789"),
    "FashionMNIST": (  # Xiao, Rasul and Vollgraf, arXiv 1708.07747, table 2
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    "KMNIST": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),  # Clanuwat et al., arXiv 1812.01718
}
KIND_OF: dict[str, Kind] = {"MNIST": "strokes", "FashionMNIST": "plain", "KMNIST": "strokes"}


def check_classes(names: Sequence[str]) -> tuple[str, ...]:
    """The names as they are. ValueError: not 2 to 256 different printable ones of 1 to 100 characters.

    Nor with < or >: DVC writes names into the page of `dvc plots show`, where these would begin a script.
    """
    if not 2 <= len(names) <= MAX_CLASSES:
        raise ValueError(f"{len(names)} classes: must be 2 to {MAX_CLASSES}")
    for name in names:
        if not (0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() and name == name.strip()):
            raise ValueError(
                f"class {name[:MAX_NAME_LENGTH]!r}: a name must be 1 to {MAX_NAME_LENGTH} printable characters"
            )
        if "<" in name or ">" in name:
            raise ValueError(f"class {name!r}: a name must not hold < or >")
    if len(set(names)) < len(names):
        raise ValueError("two classes have the same name")
    return tuple(names)


def write_classes(path: Path, names: Sequence[str]) -> None:
    """Write a name a line. ValueError: as `check_classes`."""
    write_whole(path, "".join(f"{name}\n" for name in check_classes(names)))


def read_classes(path: Path) -> tuple[str, ...]:
    """Read what `write_classes` wrote. ValueError: not such a file."""
    try:
        with path.open(encoding="utf-8") as file:
            return check_classes(file.read(MAX_CLASSES * MAX_NAME_LENGTH * 4).splitlines())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def check_kind(name: object) -> Kind:
    """Return the kind of this name. ValueError: there is none."""
    for kind in KINDS:
        if name == kind:
            return kind
    raise ValueError(f"pictures {str(name)[:20]!r}: must be {' or '.join(KINDS)}")


def write_kind(path: Path, kind: Kind) -> None:
    write_whole(path, f"{kind}\n")


def read_kind(path: Path) -> Kind:
    """Read what `write_kind` wrote; data without the file are strokes. ValueError: another file."""
    try:
        return check_kind(path.read_text(encoding="utf-8").strip()) if path.exists() else "strokes"
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
