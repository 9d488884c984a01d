"""Write a picture, and nothing over what is not one of this project's pictures."""

import warnings
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from digits.figures.text import draw_text_as_it_is
from digits.pipeline.files import write_whole

SOFTWARE = "digits"  # who drew it, as a PNG says


def save(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG that depends on the picture alone: no date, no version."""
    FigureCanvasAgg(figure)
    draw_text_as_it_is(figure)
    content = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from font")  # told in a line of our own
        figure.savefig(content, format="png", dpi=dpi, metadata={"Software": SOFTWARE})
    write_whole(path, content.getvalue())


def check_picture_path(path: Path, *, inputs: Iterable[Path] = (), force: bool) -> None:
    """Look before a command writes a picture to `path`.

    force: whether it may replace a file that this project did not draw. ValueError: it would replace such a file or one
    of its inputs, or the name does not end in .png.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"{path}: the picture is a PNG: its name must end in .png")
    if not path.exists():
        return
    if any(file.exists() and path.samefile(file) for file in inputs):
        raise ValueError(f"{path}: is one of the inputs: choose another name for the picture")
    if not force and not was_drawn_here(path):
        raise ValueError(f"{path}: exists and was not drawn by this project: choose another name, or add --force")


def was_drawn_here(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return b"tEXtSoftware\0" + SOFTWARE.encode() in file.read(100)
