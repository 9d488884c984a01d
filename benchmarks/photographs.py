"""MNIST images as a person's photographs: other pens, papers, light, sizes and places, with noise, as JPEG files."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float64]


def photograph(digit: npt.NDArray[np.uint8], random: Generator) -> bytes:
    """A JPEG of one digit, uint8 [28, 28], whose box of 28 pixels is 40 to 400 pixels of the photograph.

    The pen is up to 0.4 of MNIST's pixels thinner or 1.6 thicker; paper and ink are any light and any dark colour, in
    40 % swapped; up to half of the light falls off to one side, and 30 % to the corners.
    """
    side = round(np.exp(random.uniform(np.log(40), np.log(400))))
    height, width = (round(side * random.uniform(1.05, 3)) for _ in range(2))
    y, x = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
    ink = np.zeros((height, width, 1))
    ink[y : y + side, x : x + side, 0] = pen_strokes(digit, side, random.uniform(-0.4, 1.6))
    paper, pen = random.uniform(150, 255, 3), random.uniform(0, 80, 3)
    if random.random() < 0.4:
        paper, pen = pen, paper
    seen = (paper * (1 - ink) + pen * ink) * light(height, width, random)[..., None]
    seen += random.normal(0, random.uniform(0, 12), seen.shape)
    file = BytesIO()
    Image.fromarray(seen.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(random.integers(50, 95)))
    return file.getvalue()


def pen_strokes(digit: npt.NDArray[np.uint8], side: int, thicker: float) -> Floats:
    """Ink from 0 to 1, [side, side], with strokes thicker by about so many of MNIST's pixels."""
    pixel = side / 28
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    blurred = np.asarray(large.filter(ImageFilter.GaussianBlur(0.8 * pixel)), dtype=np.float64)
    edge = 128 - (44 if thicker > 0 else 60) * thicker
    return ((blurred - edge) * 1.6 * pixel / 255 + 0.5).clip(0, 1)


def light(height: int, width: int, random: Generator) -> Floats:
    """How bright each pixel of a plain sheet is, [height, width]: from one side, dim in corners, with a grain."""
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    angle = random.uniform(0, 2 * np.pi)
    side = 1 - random.uniform(0, 0.5) * (np.cos(angle) * x + np.sin(angle) * y + 0.5)
    corners = 1 - random.uniform(0, 0.6) * (x**2 + y**2)
    coarse = random.integers(0, 256, (max(2, height // 3), max(2, width // 3)), dtype=np.uint8)
    grain = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)) / 255 - 0.5
    lit: Floats = side * corners * (1 + 0.06 * grain)
    return lit
