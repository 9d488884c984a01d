"""Connected parts of a mask, and which of them are a digit."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]  # indices into a flattened mask

SMALL = 24  # pixels a side of a picture that holds little but the digit
SHORTEST, LEAST = 4, 0.035  # the longer side of a digit's largest part: pixels, and share of the picture's
PART = 0.1  # of the largest blot's pixels: smaller ones are specks, larger ones may be a stroke of the digit
UNDERLINE = 5  # times as wide as tall


def blots(mask: Mask) -> list[Places]:
    """The 8-connected parts of a mask, each as indices into its flattened form."""
    width = mask.shape[1] + 2
    waiting = np.pad(mask, 1).ravel().tolist()
    around = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    found = []
    for start in np.flatnonzero(np.pad(mask, 1)).tolist():
        if waiting[start]:
            waiting[start] = False
            blot = [start]
            for place in blot:  # which grows meanwhile
                for step in around:
                    if waiting[place + step]:
                        waiting[place + step] = False
                        blot.append(place + step)
            y, x = np.divmod(np.array(blot), width)
            found.append((y - 1) * mask.shape[1] + x - 1)
    return found


def mask_of(found: list[Places], like: Mask) -> Mask:
    """The mask of these blots alone."""
    mask = np.zeros(like.size, bool)
    for blot in found:
        mask[blot] = True
    return mask.reshape(like.shape)


def spread(mask: Mask, pixels: int) -> Mask:
    """The mask and all pixels so near to it."""
    wide: Mask = np.asarray(grow(Image.fromarray(mask).convert("L"), pixels)) > 0
    return wide


def grow(sheet: Image.Image, pixels: int) -> Image.Image:
    """Spread what is bright by so many pixels: five times as fast in steps of one as by one large filter."""
    for _ in range(pixels):
        sheet = sheet.filter(ImageFilter.MaxFilter(3))
    return sheet


def touches_border(blot: Places, mask: Mask) -> bool:
    y, x = np.divmod(blot, mask.shape[1])
    return bool(y.min() == 0 or x.min() == 0 or y.max() == mask.shape[0] - 1 or x.max() == mask.shape[1] - 1)


def extent(blot: Places, mask: Mask) -> int:
    """The longer side of the box around a blot, in pixels."""
    return max(int(np.ptp(places)) + 1 for places in np.divmod(blot, mask.shape[1])) if len(blot) else 0


def largest_blots(mask: Mask) -> Mask:
    """The largest connected part of a mask and those not much smaller, away from the picture's border if there are.

    All False if none is as long as a digit is.
    """
    found = blots(mask)
    if min(mask.shape) >= SMALL:
        found = without_underline(inner(found, mask) or found, mask)
    largest = max(found, key=len, default=np.empty(0, np.int64))
    if extent(largest, mask) < max(SHORTEST, LEAST * max(mask.shape)):
        return np.zeros_like(mask)
    return mask_of([blot for blot in found if len(blot) >= PART * len(largest)], mask)


def inner(found: list[Places], mask: Mask) -> list[Places]:
    """The blots that don't touch the border, if one of them is no speck: the others are a table's edge, or a shadow."""
    within = [blot for blot in found if not touches_border(blot, mask)]
    most = max(map(len, found), default=0)
    return within if any(len(blot) >= PART * most for blot in within) else []


def without_underline(found: list[Places], mask: Mask) -> list[Places]:
    """The blots but flat ones that lie below the others, or well above them."""
    boxes = [(*np.divmod(blot, mask.shape[1]), blot) for blot in found]
    others = [y for y, x, _ in boxes if np.ptp(x) <= UNDERLINE * max(1, np.ptp(y))]
    if not others:
        return found
    top, bottom = min(y.min() for y in others), max(y.max() for y in others)
    below, above = bottom + 0.06 * (bottom - top), top - 0.15 * (bottom - top)
    return [blot for y, x, blot in boxes if np.ptp(x) <= UNDERLINE * max(1, np.ptp(y)) or above < y.mean() < below]
