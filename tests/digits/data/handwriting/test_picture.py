from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from digits.data.handwriting.levels import FAINTEST
from digits.data.handwriting.picture import decode, mnist_form, open_picture
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from tests.handwriting import photographed, written

FORMS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "light on dark": ImageOps.invert,
    "black and white": lambda x: x.convert("1"),
    "palette": lambda x: x.convert("RGB").quantize(16),
    "16 bits": lambda x: Image.fromarray(np.asarray(x).astype(np.uint16) * 200),
    "floats": lambda x: Image.fromarray(np.asarray(x).astype(np.float32) / 1000),
    "red on green as light": lambda x: ImageOps.colorize(x, (170, 60, 60), (60, 115, 60)),
    "low contrast": lambda x: x.point(lambda level: 180 + level // 8),
    "photograph": photographed,
    "photograph, light on dark": lambda x: photographed(ImageOps.invert(x)),
    "wide": lambda x: ImageOps.expand(x, (300, 0), 255),
    "tight": lambda x: ImageOps.invert(ImageOps.invert(x).crop(ImageOps.invert(x).getbbox())),
    "large": lambda x: x.resize((1500, 1500)),
    "small": lambda x: x.resize((32, 32), Image.Resampling.BOX),
    "specks": lambda x: specked(x),
    "a transparent rim": lambda x: ImageOps.expand(x.convert("RGBA"), 30, (0, 0, 0, 0)),
    "a turned photo": lambda x: photographed(x).convert("RGBA").rotate(8, Image.Resampling.BICUBIC, expand=True),
    "a sheet that lies at a slant": lambda x: x.rotate(10, Image.Resampling.BICUBIC, expand=True, fillcolor=60),
    "black on transparent": lambda x: Image.merge("LA", (Image.new("L", x.size, 0), ImageOps.invert(x))),
    "white on transparent": lambda x: Image.merge("LA", (Image.new("L", x.size, 255), ImageOps.invert(x))),
}
PENS = ((120, 3), (120, 16), (120, 24), (500, 1), (500, 2), (500, 3))  # size of the digit, width of the pen


def read_digit(path: Path) -> np.ndarray:
    return mnist_form(open_picture(path))


def test_a_fine_stroke_keeps_the_half_that_is_faint() -> None:
    sheet = Image.new("L", (32, 32), 255)
    draw = ImageDraw.Draw(sheet)
    draw.arc([8, 4, 24, 28], 90, 270, fill=100)
    draw.arc([8, 4, 24, 28], -90, 90, fill=225)
    assert mnist_form(sheet)[10:18, 17:].any(1).all(), "the right side of a nought"


def specked(paper: Image.Image) -> Image.Image:
    """Dust on it, up to 3 pixels large."""
    paper = paper.copy()
    for y, x in np.random.default_rng(0).integers(0, paper.width - 3, (20, 2)).tolist():
        paper.paste(0, (x, y, x + 3, y + 2))
    return paper


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    picture.save(file := BytesIO(), kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_picture_is_read(reader: CNN, kind: str) -> None:
    files = [BytesIO(saved(FORMS[kind](written(digit)), "TIFF")) for digit in range(10)]
    images = [mnist_form(decode(file, ["TIFF"])) for file in files]
    assert make_predictions(reader, images).argmax(1).tolist() == list(range(10))


@pytest.mark.parametrize(("size", "pen"), PENS)
def test_every_pen_is_read(reader: CNN, size: int, pen: int) -> None:
    images = [mnist_form(written(digit, size=size, pen=pen)) for digit in range(10)]
    assert make_predictions(reader, images).argmax(1).tolist() == list(range(10))


@given(digit=st.integers(0, 9), size=st.integers(20, 1000), pen=st.integers(1, 20), turn=st.floats(-30, 30))
def test_the_form_is_mnists(digit: int, size: int, pen: int, turn: float) -> None:
    image = mnist_form(written(digit, size=size, pen=min(pen, size // 5), turn=turn))
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    for axis, places in enumerate((rows, columns)):
        mass = image.sum(axis=1 - axis)
        off = abs(mass @ np.arange(28) / mass.sum() - 13.5)
        assert off <= 0.5 + 1e-6 or places[0] == 0 or places[-1] == 27
    assert image.max() > 200


@given(
    ends=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=2, max_size=6), pen=st.integers(1, 9)
)
def test_any_lines_have_a_form_or_none(ends: list[tuple[int, int]], pen: int) -> None:
    ImageDraw.Draw(sheet := Image.new("L", (600, 600), 255)).line(ends, fill=0, width=pen)
    with suppress(ValueError):  # too short, say
        assert mnist_form(sheet).any()


def test_an_image_of_mnists_form_hardly_changes() -> None:
    once = mnist_form(written(5))
    again = mnist_form(Image.fromarray(once))
    assert np.corrcoef(once.ravel(), again.ravel())[0, 1] > 0.95


def test_it_is_turned_as_the_camera_says(reader: CNN, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it a quarter clockwise
    written(7).rotate(90, expand=True).save(tmp_path / "turned.jpg", exif=exif)
    assert make_predictions(reader, read_digit(tmp_path / "turned.jpg")).argmax() == 7


NOISE = np.random.default_rng(0).normal(200, 40, (300, 300))
BAD = {  # by the name of the file
    "blank": (saved(Image.new("RGB", (100, 100), "white")), "no digit found"),
    "noise": (saved(Image.fromarray(NOISE.clip(0, 255).astype(np.uint8))), "no digit found"),
    "blank photograph": (saved(photographed(Image.new("L", (300, 200), 255))), "no digit found"),
    "transparent": (saved(Image.new("RGBA", (50, 50))), "no digit found"),
    "speck": (saved(ImageOps.expand(Image.new("L", (3, 3), 0), 150, 255)), "no digit found"),
    "text": (b"seven", "not a picture that Pillow reads"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture that Pillow reads"),
    "photo.HEIC": (b"\0\0\0\x18ftypheic", "not a picture that Pillow reads: convert it to JPEG first"),
    "cut.png": (saved(written(3))[:-300], "damaged"),
    "bomb": (b"P5 60000 60000 255 ", "more than 64 million pixels"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_has_no_digit_is_refused(tmp_path: Path, name: str) -> None:
    content, reason = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"^{reason}"):
        read_digit(tmp_path / name)


def test_grey_is_as_faint_in_three_channels_as_in_one() -> None:
    faint = written(3).point(lambda level: 255 - (255 - level) * (FAINTEST - 2) // 255)
    for picture in (faint, faint.convert("RGB")):
        with pytest.raises(ValueError, match="no digit found"):
            mnist_form(picture)
