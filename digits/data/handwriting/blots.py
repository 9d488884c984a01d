"""Connected parts of a mask, and which of them are a digit."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]  # indices into a flattened mask

SMALL = 24  # pixels a side of a picture that holds little but the digit
SHORTEST, LEAST = 4, 0.035  # the longer side of a digit's largest part: pixels, and share of the picture's
PART = 0.1  # of the largest blot's pixels: smaller ones are specks, larger ones may be a stroke of the digit
NEAR, LONG = 0.2, 0.4  # of the largest blot's longer side: so near, or so long itself, a blot belongs to it
DEEP, THIN = 0.33, 0.3  # of the picture's side, of the box around it: a stroke that the border cuts off
UNDERLINE = 5  # times as wide as tall


def blots(mask: Mask) -> list[Places]:
    """The 8-connected parts of a mask, each as indices into its flattened form, in the order of their first pixels."""
    width = mask.shape[1] + 2  # so that no row's end meets the next one's start
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = (y * width + x for y, x in (np.nonzero(edges == 1), np.nonzero(edges == -1)))
    first = np.searchsorted(ends, starts - width)  # of the runs above that touch a run, corners included
    behind = np.searchsorted(starts, ends - width, side="right")
    root = list(range(len(starts)))  # an earlier run of the same blot, or the run itself if it is the first
    for run in range(len(starts)):
        for above in range(first[run], behind[run]):
            one, other = find_first(root, run), find_first(root, above)
            root[max(one, other)] = min(one, other)
    label = np.repeat([find_first(root, run) for run in root], ends - starts)
    order = np.argsort(label, kind="stable")
    places = np.flatnonzero(mask)[order]
    return np.split(places, np.flatnonzero(np.diff(label[order])) + 1) if len(places) else []


def find_first(root: list[int], run: int) -> int:
    """Follow the roots to a blot's first run, and shorten the way for the next time."""
    while root[run] != run:
        root[run] = root[root[run]]
        run = root[run]
    return run


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


def is_cut_off(blot: Places, mask: Mask) -> bool:
    """Whether a blot is a stroke that the picture's border cuts off: it reaches far in from one side, and is thin."""
    y, x = np.divmod(blot, mask.shape[1])
    sides = (y, mask.shape[0]), (x, mask.shape[1])
    reached = [(places.max() + 1) / length for places, length in sides if places.min() == 0]
    reached += [1 - places.min() / length for places, length in sides if places.max() == length - 1]
    box = (np.ptp(y) + 1) * (np.ptp(x) + 1)
    return len(reached) == 1 and reached[0] > DEEP and len(blot) < THIN * box


def extent(blot: Places, mask: Mask) -> int:
    """The longer side of the box around a blot, in pixels."""
    return max(int(np.ptp(places)) + 1 for places in np.divmod(blot, mask.shape[1])) if len(blot) else 0


def largest_blots(mask: Mask) -> Mask:
    """The largest connected part of a mask and what belongs to it, away from the picture's border if there is any.

    All False if none is as long as a digit is.
    """
    found = blots(mask)
    if min(mask.shape) >= SMALL:
        found = without_underline(inner(found, mask) or found, mask)
    largest = max(found, key=len, default=np.empty(0, np.int64))
    if extent(largest, mask) < max(SHORTEST, LEAST * max(mask.shape)):
        return np.zeros_like(mask)
    return mask_of([blot for blot in found if len(blot) >= PART * len(largest) and belongs(blot, largest, mask)], mask)


def belongs(blot: Places, largest: Places, mask: Mask) -> bool:
    """Whether a blot is near the largest one, or not much shorter: else it is a mark beside the digit."""
    length = extent(largest, mask)
    sides = zip(np.divmod(blot, mask.shape[1]), np.divmod(largest, mask.shape[1]), strict=True)
    gap = max(max(one.min() - other.max(), other.min() - one.max()) for one, other in sides)
    return bool(gap <= NEAR * length or extent(blot, mask) > LONG * length)


def inner(found: list[Places], mask: Mask) -> list[Places]:
    """The blots away from the border or cut off by it, if one is no speck; the rest is a table's edge, or a shadow."""
    within = [blot for blot in found if not touches_border(blot, mask) or is_cut_off(blot, mask)]
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
