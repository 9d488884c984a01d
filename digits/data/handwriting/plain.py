"""Pictures of anything: grey, light on a background of 0, in the middle of 28×28 pixels. Nothing is thinned."""

import numpy as np
from PIL import Image

from digits.data.arrays import SIDE, Images
from digits.data.handwriting.ink import border
from digits.data.handwriting.levels import Grey

MIN_CONTRAST = 10  # levels of 255 between the lightest and the darkest pixel: with less it is blank
FAINT = 25  # levels of 255 above the background: fainter pixels don't count as content
LEAST = 20 / 28  # of the image's side that the content takes at least, where it is not cut by the picture's edge


def plain_form(picture: Image.Image) -> Images:
    """A picture in mode L or RGB → uint8 [28, 28], the same for each size of it. ValueError: it is blank.

    28×28 pixels, light on 0, whose content is large and in the middle, stay as they are.
    """
    grey = np.asarray(picture.convert("L"), dtype=np.float64)
    if np.ptp(grey) < MIN_CONTRAST:
        raise ValueError("blank: nothing stands out from its background")
    sheet = Image.fromarray(light_on_dark(grey).round().astype(np.uint8))
    square = sheet.crop(find_square(np.asarray(sheet) > FAINT))  # what lies outside the picture is 0
    return np.asarray(square.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def light_on_dark(grey: Grey) -> Grey:
    """Make the background, the level of most of the border, 0; and what is darker than a light one light. [H, W]."""
    background = border(grey)
    if background > 127.5:
        grey, background = 255 - grey, 255 - background
    stretched: Grey = (grey - background).clip(0) * (255 / (255 - background))
    return stretched


def find_square(content: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, int, int, int]:
    """The square to cut out, centred on the content [H, W]: all of the picture's longer side, or less of it.

    Left, top, right and bottom in pixels; it may reach beyond the picture.
    """
    places = [np.flatnonzero(content.any(axis)) for axis in (0, 1)]
    if not len(places[0]):
        places = [np.arange(length) for length in content.shape[::-1]]
    longest = max(int(np.ptp(place)) + 1 for place in places)
    side = min(max(content.shape), max(1, round(longest / LEAST)))
    left, top = (round((int(place[0]) + int(place[-1]) + 1 - side) / 2) for place in places)
    return left, top, left + side, top + side
