"""Digits drawn by a pen that moves along curves, with every width of pen, in MNIST's form."""

import math

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageDraw

from digits.data.arrays import Images, Labels
from digits.data.handwriting.picture import centred
from digits.data.handwriting.strokes import BOX
from studies.reader.forms import FORMS

Curve = npt.NDArray[np.float64]  # [N, 2]
Gaps = npt.NDArray[np.float64]  # [N, 3], 0 to 1: which curve, where on it, how large

SIDE = 80  # pixels, the longer side of a digit before it is reduced to BOX
BROKEN = 0.2  # of the digits: they have one or two gaps
CURVED = (0, 2, 3, 5, 6, 8, 9)  # the others are made of straight lines
CURLED = (2, 3, 5, 6, 8, 9)  # that fast pens begin or end in a curl,
CURL = 0.15  # and how many of them


def draw_digits(count: int, random: Generator) -> tuple[Images, Labels]:
    """Draw uint8 [count, 28, 28] in MNIST's form, the classes in turn."""
    labels = (np.arange(count) % len(FORMS)).astype(np.uint8)
    return np.stack([draw_digit(int(label), random) for label in labels]), labels


def draw_digit(digit: int, random: Generator) -> Images:
    """Draw one digit, uint8 [28, 28]: its strokes are shaken, then turned, slanted and stretched together."""
    shake = random.uniform(0, 0.025)
    shaken = [np.array(stroke) + random.normal(0, shake, (len(stroke), 2)) for stroke in FORMS[digit](random)]
    if digit in CURLED and random.random() < CURL:
        shaken[0] = curl(shaken[0], random)
    curves = [smooth(stroke) if digit in CURVED and len(stroke) > 2 else stroke for stroke in shaken]
    angle, slant = math.radians(random.normal(0, 6)), random.normal(0.05, 0.14)
    stretch = math.exp(random.normal(0, 0.15))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    change = turn @ np.array([[stretch, -slant], [0, 1]])
    pen = math.exp(random.uniform(math.log(4.5), math.log(15)))
    gaps = random.uniform(size=(random.integers(1, 3) if random.random() < BROKEN else 0, 3))
    return ink([curve @ change.T for curve in curves], pen=pen, gaps=gaps)


def ink(curves: list[Curve], *, pen: float, gaps: Gaps) -> Images:
    """Draw curves with a round pen, `pen` of SIDE pixels wide, in MNIST's form: uint8 [28, 28].

    gaps: where pieces are missing, as of a thin stroke on few pixels.
    """
    points = np.concatenate(curves)
    low, extent = points.min(0), np.ptp(points, axis=0)
    scale = (SIDE - pen) / extent.max()
    width, height = (max(4, math.ceil(length * scale + pen)) for length in extent)
    sheet = Image.new("L", (width, height))
    draw = ImageDraw.Draw(sheet)
    for curve in curves:
        places = [(float(x), float(y)) for x, y in (curve - low) * scale + pen / 2]
        draw.line(places, fill=255, width=max(1, round(pen)), joint="curve")
        for x, y in (places[0], places[-1]):
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=255)
    for which, where, how_large in gaps.tolist():
        curve = (curves[int(which * len(curves))] - low) * scale + pen / 2
        step, part = divmod(where * (len(curve) - 1), 1)
        x, y = (1 - part) * curve[int(step)] + part * curve[int(step) + 1]
        reach = 3 + 4 * how_large
        draw.ellipse([x - reach, y - reach, x + reach, y + reach], fill=0)
    sheet = sheet.crop(sheet.getbbox())
    size = [max(1, round(length * BOX / max(sheet.size))) for length in sheet.size]
    return centred(np.asarray(sheet.resize(size, Image.Resampling.BOX)))


def curl(points: Curve, random: Generator) -> Curve:
    """Begin or end a stroke in a small arc, to either side."""
    if random.random() < 0.5:
        points = points[::-1]
    along = points[-1] - points[-2]
    along /= max(np.hypot(*along), 1e-9)
    radius, side = random.uniform(0.05, 0.13), random.choice((-1, 1))
    across = side * np.array([-along[1], along[0]])
    angles = np.radians(np.arange(30, random.uniform(60, 240), 30))[:, None]
    return np.concatenate([points, points[-1] + radius * (np.sin(angles) * along + (1 - np.cos(angles)) * across)])


def smooth(points: Curve) -> Curve:
    """Draw a Catmull-Rom spline through points."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 6, endpoint=False)[:, None]
    parts = [
        (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate([*parts, points[-1:]])
