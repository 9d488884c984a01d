"""What a picture says: a digit, a number, or that the network is not sure, or that it shows no digit."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from digits.data.arrays import Images
from digits.data.classes import NO_DIGIT
from digits.network.cnn import CNN
from digits.network.prediction import make_predictions
from digits.reading.numbers import Box, Ink, Part, whole_picture
from digits.scoring import SURE

NOT_SURE = "not sure"
WIDE, NARROW = 0.9, 0.5  # of its height: a part so wide may be two digits that touch, but no half so narrow is cut off
CERTAIN = 0.99  # of the whole: its parts are not read then
HALVES_SURE = 0.95  # each half's probability; many a letter has halves that are a little like digits


class Reading(NamedTuple):
    """One sign: its class or None, its probabilities in the classes' order, its place, its image uint8 [28, 28]."""

    label: int | None
    says: str
    confidence: float
    probabilities: list[float]
    box: Box
    image: Images


def read(picture: Image.Image, model: CNN) -> list[list[Reading]]:
    """Read a picture in mode L or RGB: lines of signs, one line of one sign where there is one. ValueError: no ink.

    Only a network that knows what no digit is reads numbers: it says of the whole that this is no digit. One of plain
    pictures takes the picture for one sign.
    """
    if model.pictures == "plain":
        return [classify([whole_picture(picture)], model)]
    ink = Ink(picture)
    [whole] = classify([ink.whole], model)
    if NO_DIGIT not in model.classes or (whole.label is not None and whole.confidence > CERTAIN):
        return [[whole]]
    lines = [split_touching(ink, line, model) for line in ink.parts()]
    return lines if is_number([sign for line in lines for sign in line], whole) else [[whole]]


def is_number(signs: Sequence[Reading], whole: Reading) -> bool:
    """Whether the parts are digits, and likelier so than the whole is one, such as a 1 and a 0 that might be a 6."""
    if whole.label is None:
        return len(signs) > 1 and all(sign.says != NO_DIGIT for sign in signs)
    known = all(sign.label is not None for sign in signs)
    return known and math.prod(sign.confidence for sign in signs) > whole.confidence


def split_touching(ink: Ink, line: list[Part], model: CNN) -> list[Reading]:
    """Read a line, and cut in two what is read with more confidence so."""
    found = []
    for part, reading in zip(line, classify(line, model), strict=True):
        halves = [reading]
        if reading.label is None and part.aspect > WIDE:
            cuts = [pair for pair in ink.cuts(part) if min(half.aspect for half in pair) > NARROW]
            read_halves = classify([half for cut in cuts for half in cut], model)
            pairs = list(zip(read_halves[::2], read_halves[1::2], strict=True))
            best = max(pairs, key=lambda pair: min(half.confidence for half in pair), default=None)
            if best and all(half.label is not None and half.confidence > HALVES_SURE for half in best):
                halves = list(best)
        found += halves
    return found


def classify(parts: Sequence[Part], model: CNN) -> list[Reading]:
    """Read each part for itself."""
    if not parts:
        return []
    rows = make_predictions(model, np.stack([part.image for part in parts])).tolist()
    return [decide(row, part, model.classes) for row, part in zip(rows, parts, strict=True)]


def decide(probabilities: list[float], part: Part, classes: Sequence[str]) -> Reading:
    """Choose what to say of one sign."""
    likeliest = sorted(range(len(classes)), key=lambda k: -probabilities[k])
    label, confidence = likeliest[0], probabilities[likeliest[0]]
    if classes[label] == NO_DIGIT:
        says, known = NO_DIGIT, None
    elif confidence < SURE:
        likely = [classes[k] for k in likeliest if classes[k] != NO_DIGIT][:2]
        says, known = f"{NOT_SURE}: {' or '.join(likely)}", None
    else:
        says, known = classes[label], label
    return Reading(known, says, confidence, probabilities, part.box, part.image)


def summarise(lines: list[list[Reading]]) -> tuple[str, float]:
    """Say all of it in one line, and how probable it is that each sign is right."""
    words = [[sign.says for sign in line] for line in lines]
    confidence = math.prod(sign.confidence for line in lines for sign in line)
    if sum(map(len, words)) == 1:
        return words[0][0], confidence
    unsure = [sign for line in lines for sign in line if sign.label is None]
    text = " / ".join("".join("?" if sign.label is None else sign.says for sign in line) for line in lines)
    return (f"{NOT_SURE}: {text}" if unsure else text), confidence


def format_percent(share: float) -> str:
    return "> 99.9 %" if share > 0.999 else f"{share:.1%}".replace("%", " %")  # a network is never 100 % sure


def to_json(sign: Reading) -> dict[str, Any]:
    """Make a sign's part of a program's answer."""
    names = ("label", "says", "confidence", "probabilities", "box")
    return {name: getattr(sign, name) for name in names}
