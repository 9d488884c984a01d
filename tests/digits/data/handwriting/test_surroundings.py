"""What lies around a digit is not read as a part of it. Two pens, ten digits each."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from digits.data.handwriting.picture import flatten, mnist_form
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from tests.handwriting import written

Change = Callable[[Image.Image], Image.Image]


def on_table(sides: str, *, width: int = 40, grey: int = 60) -> Change:
    border = tuple(width if side in sides else 0 for side in ("left", "top", "right", "bottom"))
    return lambda sheet: ImageOps.expand(sheet, border, grey)


def with_lines(*lines: tuple[int, int, int, int], width: int = 3, grey: int = 0) -> Change:
    def change(sheet: Image.Image) -> Image.Image:
        draw = ImageDraw.Draw(sheet)
        for line in lines:
            draw.line(line, fill=grey, width=width)
        return sheet

    return change


def boxed(margin: int, *, ink: int = 0) -> Change:
    def change(sheet: Image.Image) -> Image.Image:
        sheet = sheet.point(lambda level: ink + level * (255 - ink) // 255)
        ImageDraw.Draw(sheet).rectangle([margin, margin, 239 - margin, 239 - margin], outline=0, width=3)
        return sheet

    return change


def in_perspective(sheet: Image.Image) -> Image.Image:
    change = (1.05, 0.08, -75, 0.04, 1.05, -70, 0.0002, 0.0001)
    perspective = Image.Transform.PERSPECTIVE
    return sheet.transform((360, 360), perspective, change, Image.Resampling.BICUBIC, fillcolor=50)


def with_transparent_rim(sheet: Image.Image) -> Image.Image:
    framed = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    framed.paste(sheet.convert("RGBA"), (30, 30))
    return flatten(framed)


def in_shadow(sheet: Image.Image) -> Image.Image:
    levels = np.asarray(sheet).copy()
    levels[:, :96] = levels[:, :96] * 0.6
    return Image.fromarray(levels)


AROUND: dict[str, Change] = {
    "a table on one side": on_table("right"),
    "a table on two sides": on_table("left right"),
    "a table above and below": on_table("top bottom"),
    "a table on three sides": on_table("left right bottom"),
    "a table all round": on_table("left top right bottom"),
    "a scanner's rim": on_table("left top right bottom", width=4, grey=0),
    "a table, in perspective": in_perspective,
    "a transparent rim": with_transparent_rim,
    "a printed box": boxed(20),
    "a box at the edge": boxed(2),
    "a pencil in a printed box": boxed(20, ink=170),
    "ruled lines": with_lines((0, 20, 240, 20), (0, 215, 240, 215), width=2, grey=90),
    "a margin": with_lines((25, 0, 25, 240), grey=60),
    "an underline": with_lines((50, 195, 190, 195), width=4),
    "a hard shadow": in_shadow,
    "a far sheet": lambda sheet: ImageOps.expand(sheet.resize((96, 96), Image.Resampling.BOX), 552, 255),
}


@pytest.mark.parametrize("around", AROUND)
def test_the_digit_alone_is_read(reader: CNN, around: str) -> None:
    digits = [digit for digit in range(10) for _ in range(2)]
    pictures = [AROUND[around](written(digit, pen=pen)) for digit, pen in zip(digits, [6, 12] * 10, strict=True)]
    found = make_predictions(reader, [mnist_form(picture) for picture in pictures]).argmax(1)
    assert sum(answer == digit for answer, digit in zip(found.tolist(), digits, strict=True)) >= 19
