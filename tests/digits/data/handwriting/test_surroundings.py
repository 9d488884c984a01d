"""What lies around a digit is not read as a part of it. Two pens, ten digits each."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from digits.data.handwriting.ink import find_ink
from digits.data.handwriting.picture import mnist_form
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from tests.handwriting import written

Change = Callable[[Image.Image], Image.Image]


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


def in_shadow(sheet: Image.Image) -> Image.Image:
    levels = np.asarray(sheet).copy()
    levels[:, :96] = levels[:, :96] * 0.6
    return Image.fromarray(levels)


def with_small_five(sheet: Image.Image) -> Image.Image:
    sheet.paste(written(5, size=30, pen=3), (5, 5))
    return sheet


AROUND: dict[str, Change] = {
    "a table on one side": lambda sheet: ImageOps.expand(sheet, (0, 0, 40, 0), 60),
    "a table on three sides": lambda sheet: ImageOps.expand(sheet, (40, 0, 40, 40), 60),
    "a table all round": lambda sheet: ImageOps.expand(sheet, 40, 60),
    "a scanner's rim": lambda sheet: ImageOps.expand(sheet, 4, 0),
    "a table, in perspective": in_perspective,
    "a printed box": boxed(20),
    "a box at the edge": boxed(2),
    "a pencil in a printed box": boxed(20, ink=170),
    "ruled lines": with_lines((0, 20, 240, 20), (0, 215, 240, 215), width=2, grey=90),
    "ruled lines through the digit": with_lines(*((0, y, 240, y) for y in range(15, 240, 40)), width=2, grey=150),
    "a cell that it crosses": with_lines(
        (0, 40, 240, 40), (0, 160, 240, 160), (25, 0, 25, 240), (215, 0, 215, 240), width=4
    ),
    "a margin": with_lines((25, 0, 25, 240), grey=60),
    "an underline": with_lines((50, 195, 190, 195), width=4),
    "a hard shadow": in_shadow,
    "a smaller digit in the corner": with_small_five,
    "a punched hole": with_lines((8, 120, 32, 120), width=24, grey=40),
    "a far sheet": lambda sheet: ImageOps.expand(sheet.resize((96, 96), Image.Resampling.BOX), 552, 255),
}


@pytest.mark.parametrize("around", AROUND)
def test_the_digit_alone_is_read(reader: CNN, around: str) -> None:
    digits = [digit for digit in range(10) for _ in range(2)]
    pictures = [AROUND[around](written(digit, pen=pen)) for digit, pen in zip(digits, [6, 12] * 10, strict=True)]
    found = make_predictions(reader, [mnist_form(picture) for picture in pictures]).argmax(1)
    assert sum(answer == digit for answer, digit in zip(found.tolist(), digits, strict=True)) >= 19


def test_a_stroke_that_the_border_cuts_off_belongs_to_the_digit_and_a_tables_corner_does_not() -> None:
    sheet = Image.new("L", (160, 130), 255)
    draw = ImageDraw.Draw(sheet)
    draw.line([(110, 2), (60, 2), (40, 60)], fill=0, width=5)  # the upper half of a five, at the sheet's edge
    draw.arc([40, 66, 100, 126], -140, 120, fill=0, width=5)  # and the lower
    assert (find_ink(np.asarray(sheet, dtype=float)[..., None])[1].any(1).nonzero()[0][[0, -1]] < [5, 130]).all()
    draw.rectangle([0, 0, 160, 62], fill=255)
    draw.polygon([(0, 130), (0, 60), (35, 130)], fill=0)
    _, digit = find_ink(np.asarray(sheet, dtype=float)[..., None])
    assert not digit[:, :36].any()
    assert digit[66:127, 40:101].any()


def test_a_bold_nought_at_the_border_is_no_sheet_with_a_hole(reader: CNN) -> None:
    sheet = Image.new("L", (28, 28), 255)
    ImageDraw.Draw(sheet).ellipse([-1, 0, 25, 26], outline=0, width=8)
    assert make_predictions(reader, mnist_form(sheet)).argmax() == 0


def test_a_foot_across_the_picture_leaves_the_one(reader: CNN) -> None:
    sheet = Image.new("L", (100, 140), 255)
    ImageDraw.Draw(sheet).line([(20, 40), (50, 5), (50, 134)], fill=0, width=7)
    ImageDraw.Draw(sheet).line([(2, 134), (98, 134)], fill=0, width=7)
    assert make_predictions(reader, mnist_form(sheet)).argmax() == 1
