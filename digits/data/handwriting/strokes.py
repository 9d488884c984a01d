"""Strokes of the width that MNIST's have, whatever the pen was."""

import math

import numpy as np
from PIL import Image, ImageFilter

from digits.data.handwriting.blots import Mask, grow, spread
from digits.data.handwriting.levels import Grey

BOX = 20  # pixels, the longer side of a digit in MNIST
FINE = 4  # pixels to one of MNIST's, where strokes are worked on
THIN, THICK, WIDE = 1.6, 4.0, 3.4  # MNIST's pixels: 98 % of its digits lie within the first two; thick ones become WIDE

HALF = 0.5  # of the full coverage


def even_strokes(ink: Grey) -> Mask:
    """The digit, FINE·20 pixels long, every stroke as strong as its middle, none far wider or narrower than MNIST's.

    ink: coverage of each pixel, 0 to 1, cropped to the digit. The result is cropped too. ValueError: nothing is left.
    """
    scale = FINE * BOX / max(ink.shape)
    height, width = (max(FINE, round(side * scale)) for side in ink.shape)
    margin = 2 * FINE
    sheet = Image.new("L", (width + 2 * margin, height + 2 * margin))
    digit = Image.fromarray((ink * 255).round().astype(np.uint8))
    hair = FINE / scale - stroke_width(ink > HALF)  # a stroke finer than a pixel would vanish on a smaller sheet
    if scale < 1 and hair > 0:
        digit = grow(digit, math.ceil(hair / 2))
    sheet.paste(digit.resize((width, height), Image.Resampling.BICUBIC), (margin, margin))
    sheet = sheet.filter(ImageFilter.GaussianBlur(FINE / 2))
    # Against the strongest ink nearby: a stroke that is faint or finer than a pixel stays whole beside a bold one.
    strongest = grow(sheet, 3 * FINE // 2).filter(ImageFilter.GaussianBlur(3 * FINE / 4))
    strokes: Mask = np.asarray(sheet) > 0.5 * np.maximum(np.asarray(strongest, dtype=np.float64), 40)
    found = stroke_width(strokes) / FINE
    if found > THICK:
        strokes = thinned(strokes, round((found - WIDE) / 2 * FINE))
    elif found < THIN:
        reach = max(1, round((THIN - found) / 2 * FINE))
        strokes = spread(strokes, reach)
    if not strokes.any():
        raise ValueError("no digit found")
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    return strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def stroke_width(mask: Mask) -> float:
    """The mean width of strokes in pixels: twice their area over the length of their outline."""
    padded = np.pad(mask, 1)
    inner = mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return float(2 * mask.sum() / max(1, mask.sum() - inner.sum()))


def thinned(mask: Mask, rounds: int) -> Mask:
    """Take pixels off all round, several times, but break no stroke and open no hole (Zhang & Suen, CACM 27, 1984)."""
    pixels = np.pad(mask, 1)
    centre = pixels[1:-1, 1:-1]
    for _ in range(rounds):
        for first in (True, False):
            north, east, south, west = pixels[:-2, 1:-1], pixels[1:-1, 2:], pixels[2:, 1:-1], pixels[1:-1, :-2]
            ring = [north, pixels[:-2, 2:], east, pixels[2:, 2:], south, pixels[2:, :-2], west, pixels[:-2, :-2]]
            neighbours = np.sum(ring, axis=0)
            starts = np.sum([~a & b for a, b in zip(ring, ring[1:] + ring[:1], strict=True)], axis=0)
            if first:
                side = ~(north & east & south) & ~(east & south & west)
            else:
                side = ~(north & east & west) & ~(north & south & west)
            centre &= ~((neighbours >= 2) & (neighbours <= 6) & (starts == 1) & side)
    return centre
