"""Digits written with a pen: strokes that a test draws on a page with the pointer, or on paper with Pillow."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageOps

Stroke = list[tuple[float, float]]  # points x, y; the digit fits into 0 to 1


def arc(x: float, y: float, wide: float, tall: float, start: float, end: float) -> Stroke:
    """Part of an ellipse around x, y; degrees clockwise from 3 o'clock, as y points down."""
    angles = [math.radians(start + (end - start) * k / 12) for k in range(13)]
    return [(x + wide * math.cos(a), y + tall * math.sin(a)) for a in angles]


STROKES: list[list[Stroke]] = [
    [arc(0.5, 0.5, 0.3, 0.45, -90, 270)],
    [[(0.5, 0.03), (0.5, 0.97)]],
    [[*arc(0.5, 0.3, 0.3, 0.26, -170, 40), (0.2, 0.95), (0.8, 0.95)]],
    [[*arc(0.47, 0.27, 0.26, 0.22, -150, 90), *arc(0.47, 0.72, 0.3, 0.23, -90, 150)]],
    [[(0.3, 0.05), (0.2, 0.55), (0.8, 0.55)], [(0.68, 0.1), (0.65, 0.97)]],
    [[(0.75, 0.06), (0.3, 0.06), (0.27, 0.45), *arc(0.48, 0.68, 0.27, 0.26, -120, 150)]],
    [[(0.65, 0.04), (0.4, 0.25), *arc(0.5, 0.7, 0.25, 0.25, -170, 190)]],
    [[(0.2, 0.08), (0.8, 0.08), (0.45, 0.96)]],
    [arc(0.5, 0.27, 0.2, 0.22, 90, 450), arc(0.5, 0.73, 0.25, 0.23, -90, 270)],
    [[*arc(0.48, 0.3, 0.24, 0.25, 0, -360), (0.7, 0.96)]],
]


def written(digit: int, *, size: int = 120, pen: int = 10, turn: float = 0) -> Image.Image:
    """Dark ink on white paper, mode L, the digit `size` pixels long in twice as much paper, turned by degrees."""
    paper = Image.new("L", (2 * size, 2 * size), 255)
    sheet = ImageDraw.Draw(paper)
    for stroke in STROKES[digit]:
        points = [((x + 0.5) * size, (y + 0.5) * size) for x, y in stroke]
        sheet.line(points, fill=0, width=pen, joint="curve")
        for x, y in points:
            sheet.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=0)
    return paper.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)


def beside(digits: list[int], *, size: int = 100, pen: int = 8, gap: int = 10) -> Image.Image:
    """A number on white paper, mode L; a negative gap makes digits touch."""
    paper = Image.new("L", (len(digits) * (size + gap) + size, 2 * size), 255)
    for place, digit in enumerate(digits):
        ink = ImageOps.invert(written(digit, size=size, pen=pen).crop((size // 2, 0, 3 * size // 2, 2 * size)))
        paper.paste(0, (size // 2 + place * (size + gap), 0), ink)
    return paper


def photographed(paper: Image.Image, *, seed: int = 0) -> Image.Image:
    """The same as a photograph in RGB: yellowish paper, blue ink, light that falls off to one corner, noise."""
    ink = 1 - np.asarray(paper, dtype=np.float64)[..., None] / 255
    colours = np.array([235, 225, 190]) * (1 - ink) + np.array([40, 50, 120]) * ink
    y, x = np.mgrid[0 : 1 : paper.height * 1j, 0 : 1 : paper.width * 1j]
    light = 1 - 0.55 * ((x + y) / 2)[..., None]
    noise = np.random.default_rng(seed).normal(0, 6, colours.shape)
    return Image.fromarray((colours * light + noise).clip(0, 255).astype(np.uint8))
