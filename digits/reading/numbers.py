"""Where the digits of a number lie in a picture: parts of the ink side by side, line by line."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from digits.data.arrays import Images
from digits.data.handwriting.blots import Mask, Places, blots, mask_of
from digits.data.handwriting.ink import cut_out, find_ink
from digits.data.handwriting.picture import form_of, image_of, pixels_of

OVERLAP = 0.4  # of the narrower part's width: parts that lie above one another so far are one digit's
LINE = 0.3  # of the lower part's height: parts that overlap so far stand on one line
SMALL = 0.35  # of the line's height: a lower part is a dot or a dash, no digit
CUTS = 6  # places that are tried to cut touching digits apart

Box = tuple[float, float, float, float]  # left, top, right, bottom, as fractions of the picture's width and height


class Part(NamedTuple):
    """What may be a digit: its place, its image, uint8 [28, 28], and how wide its ink is for its height."""

    box: Box
    image: Images
    aspect: float
    mask: Mask


def whole_picture(picture: Image.Image) -> Part:
    """Make one part of a plain picture. ValueError: it is blank."""
    return Part((0, 0, 1, 1), image_of(picture, "plain"), picture.width / picture.height, np.ones((1, 1), bool))


class Ink:
    """The ink of a picture in mode L or RGB. ValueError: there is none."""

    def __init__(self, picture: Image.Image) -> None:
        self.ink, self.mask = find_ink(pixels_of(picture))
        self.whole = self.part(self.mask)

    def part(self, mask: Mask) -> Part:
        """Make a part of what lies in `mask`. ValueError: too little to see."""
        y, x = np.nonzero(mask)
        height, width = mask.shape
        left, top, right, bottom = int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1
        box = (left / width, top / height, right / width, bottom / height)
        return Part(box, form_of(cut_out(self.ink, mask)), (right - left) / (bottom - top), mask)

    def parts(self) -> list[list[Part]]:
        """Return the lines from top to bottom, and the parts of each from left to right."""
        pieces = [Piece.of(places, self.mask) for places in blots(self.mask)]
        lines = [join_columns(line) for line in join_lines(pieces)]
        return [list(self.make_parts(line)) for line in lines]

    def make_parts(self, pieces: list["Piece"]) -> Iterator[Part]:
        """Make parts of all pieces of a line but dots and dashes."""
        tallest = max(piece.bottom - piece.top for piece in pieces)
        for piece in pieces:
            if piece.bottom - piece.top > SMALL * tallest:
                yield self.part(mask_of([piece.places], self.mask))

    def cuts(self, part: Part) -> list[tuple[Part, Part]]:
        """Return the ways to cut a part in two where the least ink is, upright and through its middle half."""
        columns = np.flatnonzero(part.mask.any(0))
        first, width = columns[0], len(columns)
        inner = np.arange(first + width // 4, first + width - width // 4)
        amount = part.mask[:, inner].sum(0)
        chosen: list[int] = []
        for place in inner[np.argsort(amount, kind="stable")].tolist():
            if all(abs(place - other) > width / 12 for other in chosen):
                chosen.append(place)
        found = []
        for place in chosen[:CUTS]:
            left, right = part.mask.copy(), part.mask.copy()
            left[:, place:] = False
            right[:, :place] = False
            found.append((self.part(left), self.part(right)))
        return found


class Piece(NamedTuple):
    """Connected pixels, as indices into a flattened mask, and the box around them in pixels."""

    places: Places
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, places: Places, mask: Mask) -> "Piece":
        """Make a piece of pixels of `mask`."""
        y, x = np.divmod(places, mask.shape[1])
        return cls(places, int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)

    def join(self, other: "Piece") -> "Piece":
        """Make one piece of two."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Piece(np.concatenate([self.places, other.places]), left, top, right, bottom)


def join_lines(pieces: list[Piece]) -> list[list[Piece]]:
    """Sort pieces into lines of writing, from top to bottom: tall ones first, which the others then belong to."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top - piece.bottom):
        for line in lines:
            top, bottom = min(other.top for other in line), max(other.bottom for other in line)
            shared = min(bottom, piece.bottom) - max(top, piece.top)
            if shared > LINE * (piece.bottom - piece.top):
                line.append(piece)
                break
        else:
            lines.append([piece])
    return sorted(lines, key=lambda line: min(piece.top for piece in line))


def join_columns(line: list[Piece]) -> list[Piece]:
    """Join pieces that lie above one another, such as a five and its hat; from left to right."""
    joined: list[Piece] = []
    for piece in sorted(line, key=lambda piece: piece.left):
        if joined:
            last = joined[-1]
            shared = min(last.right, piece.right) - max(last.left, piece.left)
            if shared > OVERLAP * min(last.right - last.left, piece.right - piece.left):
                joined[-1] = last.join(piece)
                continue
        joined.append(piece)
    return joined
