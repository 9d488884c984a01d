"""Things that are no digits, drawn, in the form in which `python -m digits.predict` hands them to a network."""

from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from digits.data.arrays import Images
from digits.data.handwriting.picture import mnist_form
from studies.reader.forms import FORMS
from studies.reader.pen import smooth

SIDE = 112  # pixels of a sheet
LETTERS = "ACDEFHKLMNPQRUVWXYadefhkmnprtuvwx@#%&?+=*"  # all but those that a digit may look like
FONTS = sorted((Path(matplotlib.get_data_path()) / "fonts/ttf").glob("DejaVu*.ttf"))

Sheet = tuple[Image.Image, ImageDraw.ImageDraw]


def draw_others(count: int, random: Generator) -> Images:
    """Draw uint8 [count, 28, 28], the kinds in turn."""
    found: list[Images] = []
    while len(found) < count:
        try:
            found.append(mnist_form(KINDS[len(found) % len(KINDS)](random)))
        except ValueError:  # this one had too little to see
            continue
    return np.stack(found)


def white() -> Sheet:
    sheet = Image.new("L", (SIDE, SIDE), 255)
    return sheet, ImageDraw.Draw(sheet)


def letter(random: Generator) -> Image.Image:
    """One letter or sign of a font, turned a little."""
    sheet, draw = white()
    font = ImageFont.truetype(FONTS[random.integers(len(FONTS))], int(random.integers(60, 80)))
    draw.text((SIDE / 2, SIDE / 2), LETTERS[random.integers(len(LETTERS))], font=font, fill=0, anchor="mm")
    return sheet.rotate(random.normal(0, 8), fillcolor=255)


def scribble(random: Generator) -> Image.Image:
    """A curve through 6 to 15 random points."""
    sheet, draw = white()
    curve = smooth(random.uniform(12, SIDE - 12, (random.integers(6, 16), 2)))
    draw.line([(x, y) for x, y in curve.tolist()], fill=0, width=int(random.integers(2, 10)), joint="curve")
    return sheet


def straight_lines(random: Generator) -> Image.Image:
    """One line across, several above one another, a cross, or a polygon's sides. Upright ones would be ones."""
    sheet, draw = white()
    kind, width, near, far = random.integers(4), int(random.integers(2, 12)), 10, SIDE - 10
    if kind == 0:
        height = random.uniform(30, 80)
        draw.line([near, height, far, height + random.uniform(-25, 25)], fill=0, width=width)
    elif kind == 1:
        for place in np.linspace(15, SIDE - 15, random.integers(2, 6)):
            draw.line([near, place, far, place + random.uniform(-5, 5)], fill=0, width=width)
    elif kind == 2:
        draw.line([near, *random.uniform(near, far, 1), far, *random.uniform(near, far, 1)], fill=0, width=width)
        draw.line([*random.uniform(near, far, 1), near, *random.uniform(near, far, 1), far], fill=0, width=width)
    else:
        corners = [(x, y) for x, y in random.uniform(near, far, (random.integers(3, 6), 2)).tolist()]
        draw.line([*corners, corners[0]], fill=0, width=width)
    return sheet


def filled_shapes(random: Generator) -> Image.Image:
    """One to three ellipses, boxes or polygons."""
    sheet, draw = white()
    for _ in range(random.integers(1, 4)):
        middle, half = random.uniform(30, 82, 2), random.uniform(10, 34, 2)
        box, grey = [*(middle - half), *(middle + half)], int(random.integers(0, 120))
        kind = random.integers(3)
        if kind == 0:
            draw.ellipse(box, fill=grey)
        elif kind == 1:
            draw.rounded_rectangle(box, random.uniform(0, 10), fill=grey)
        else:
            angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 8)))
            corners = middle + half * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            draw.polygon([(x, y) for x, y in corners.tolist()], fill=grey)
    return sheet


def silhouette(random: Generator) -> Image.Image:
    """A symmetric shape with a texture, some with a seam: clothes, vases, trees."""
    y, x = np.mgrid[:SIDE, :SIDE]
    widths = np.interp(np.arange(SIDE), np.sort(random.uniform(8, SIDE - 8, 5)), random.uniform(8, 48, 5))
    shape = (abs(x - SIDE / 2) < widths[:, None]) & (abs(y - SIDE / 2) < SIDE / 2 - 8)
    coarse = random.integers(0, 256, (random.integers(3, 20),) * 2, dtype=np.uint8)
    texture = np.asarray(Image.fromarray(coarse).resize((SIDE, SIDE)), dtype=np.float64)
    if random.random() < 0.4:
        shape &= abs(x - SIDE / 2) >= 3
    grey = 255 - shape * (90 + random.uniform(0.2, 1) * 0.6 * texture)
    sheet = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    return sheet.rotate(90 * random.integers(2) + random.normal(0, 6), fillcolor=255)


def face(random: Generator) -> Image.Image:
    """A ring with two eyes, a mouth and perhaps a nose."""
    sheet, draw = white()
    width = int(random.integers(2, 7))
    draw.ellipse([14, 14, 98, 98], outline=0, width=width)
    for x in (40, 72):
        draw.ellipse([x - 5, 38, x + 5, 50], fill=0)
    draw.arc([34, 50, 78, 84], 10, 170, fill=0, width=width)
    if random.random() < 0.4:
        draw.line([56, 48, 56, 62], fill=0, width=width)
    return sheet


def several_digits(random: Generator) -> Image.Image:
    """Two or three digits side by side, which are to be read one by one."""
    sheet, draw = white()
    width = int(random.integers(3, 8))
    for place in range(random.integers(2, 4)):
        for stroke in FORMS[random.integers(len(FORMS))](random):
            draw.line([(8 + 32 * place + 28 * x, 25 + 60 * y) for x, y in stroke], fill=0, width=width, joint="curve")
    return sheet


KINDS: tuple[Callable[[Generator], Image.Image], ...] = (
    letter,
    scribble,
    straight_lines,
    filled_shapes,
    silhouette,
    face,
    letter,
    several_digits,
)
