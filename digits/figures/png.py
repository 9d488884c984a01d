"""Write a picture, and nothing over what is not one of this project's pictures."""

import sys
import warnings
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager
from matplotlib.text import Text

from digits.pipeline.files import write_whole

SOFTWARE = "digits"  # who drew it, as a PNG says
DRAWN_HERE = b"tEXtSoftware\0" + SOFTWARE.encode()
FONT = "DejaVu Sans"  # comes with matplotlib
FALLBACKS = ("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "Arial Unicode MS")


def save(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG that depends on the picture alone: no date, no version. Names in any script are drawn as they are."""
    FigureCanvasAgg(figure)
    for text in figure.findobj(Text):
        text.set_parse_math(False)  # dollar signs hold no mathematics
        if not text.get_text().isascii():
            text.set_fontfamily([FONT, *find_fallbacks()])
    content = BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", r"Glyph .* missing from font")
        figure.savefig(content, format="png", dpi=dpi, metadata={"Software": SOFTWARE})
    if any("Glyph" in str(warning.message) for warning in caught):
        tell_what_to_install()
    write_whole(path, content.getvalue())


@cache
def find_fallbacks() -> list[str]:
    """The fallback fonts that are installed, also since matplotlib last made its list of fonts."""
    if not set(FALLBACKS) & set(fontManager.get_font_names()):
        for path in set(findSystemFonts()) - {font.fname for font in fontManager.ttflist}:
            with suppress(OSError, RuntimeError):  # not every font is one that matplotlib reads
                fontManager.addfont(path)
    return [name for name in FALLBACKS if name in fontManager.get_font_names()]


@cache
def tell_what_to_install() -> None:
    """Print it, once a process."""
    font = "Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)"
    print(
        f"a name has characters that no font of this machine has: install one that has them, as {font}", file=sys.stderr
    )


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
