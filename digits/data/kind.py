"""How pictures become images, `download.pictures`: said by `pictures.txt` beside the data, and by the weights."""

from pathlib import Path
from typing import Literal

from digits.pipeline.files import write_whole

Kind = Literal["strokes", "plain"]  # written with a pen, or anything else

FILE = "pictures.txt"
KINDS: tuple[Kind, ...] = ("strokes", "plain")
BY_DATASET: dict[str, Kind] = {"MNIST": "strokes", "FashionMNIST": "plain", "KMNIST": "strokes"}


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
