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
DRAWN_HERE = b"tEXtSoftware\0" + SOFTWARE.encode()


def save(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG that depends on the picture alone: no date, no version."""
    FigureCanvasAgg(figure)
    draw_text_as_it_is(figure)
    content = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from font")  # told in a line of our own
        figure.savefig(content, format="png", dpi=dpi, metadata={"Software": SOFTWARE})
    write_whole(path, content.getvalue())


def check_picture_path(path: Path, inputs: Iterable[Path]) -> None:
    """Look before a command writes a picture to `path`.

    ValueError: it would replace one of its inputs or what this project did not draw, or does not end in .png.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"{path}: the picture is a PNG: its name must end in .png")
    if any(file.exists() and path.exists() and path.samefile(file) for file in inputs):
        raise ValueError(f"{path}: is one of the inputs: choose another name for the picture")
    if path.exists() and not (path.is_file() and DRAWN_HERE in path.read_bytes()[:100]):
        raise ValueError(f"{path}: exists and was not drawn by this project: choose another name for the picture")
