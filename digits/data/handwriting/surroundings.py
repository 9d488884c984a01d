"""What lies around a digit and is none of it: a table under the sheet, a printed frame, ruled lines."""

import numpy as np

from digits.data.handwriting.blots import (
    LEAST,
    SHORTEST,
    SMALL,
    Mask,
    Places,
    blots,
    extent,
    largest_blots,
    mask_of,
    spread,
    touches_border,
)
from digits.data.handwriting.levels import FAINTEST, Grey, ink_level, otsu
from digits.data.handwriting.lines import find_lines

ACROSS, FLAT = 0.8, 0.08  # of the picture's sides: a blot so long and so thin is a line, no stroke
HALF = 0.5  # of a side: what lies along so much of it is no digit
FULL = 0.85  # of the smallest box around it: a sheet covers so much, a nought with its inside less
TURN = 3  # degrees by which such a box is turned, again and again
RIM, WHOLE = 0.6, 0.9  # of the border, or of two sides that face each other: what lies round a sheet covers so much


def without_rim(picture: Grey) -> Grey:
    """The picture with what lies round a sheet of paper, such as a table or a scanner's lid, filled with the paper.

    That is so where most of the border is unlike the middle, and the part like the middle is a sheet's shape.
    """
    height, width = picture.shape[:2]
    grey = picture.mean(2)
    if min(height, width) < SMALL or np.ptp(grey) < FAINTEST:
        return picture
    level = otsu(grey)
    middle = np.median(grey[height // 4 : -(height // 4), width // 4 : -(width // 4)])
    outside = (grey > level) != (middle > level)
    around = mask_of([blot for blot in blots(outside) if touches_border(blot, outside)], outside)
    top, bottom, left, right = (float(side.mean()) for side in (around[0], around[-1], around[:, 0], around[:, -1]))
    surrounds = top + bottom + left + right > 4 * RIM or min(top, bottom) > WHOLE or min(left, right) > WHOLE
    if not surrounds or not (outside & ~around).any():
        return picture
    if (~around).sum() < max(0.3 * grey.size, FULL * smallest_box(~around)):
        return picture
    filled = picture.copy()
    filled[spread(around, 2)] = np.median(picture[~(outside | around)], axis=0)
    return filled


def smallest_box(mask: Mask) -> float:
    """The area in pixels of the smallest box around a mask, upright or turned."""
    rows = np.flatnonzero(mask.any(1))
    left, right = mask[rows].argmax(1), mask.shape[1] - 1 - mask[rows, ::-1].argmax(1)
    y, x = np.tile(rows, 2), np.concatenate([left, right])
    turns = np.radians(np.arange(0, 90, TURN))[:, np.newaxis]
    wide, tall = np.ptp(x * np.cos(turns) + y * np.sin(turns), 1), np.ptp(y * np.cos(turns) - x * np.sin(turns), 1)
    return float(((wide + 1) * (tall + 1)).min())


def find_rules(mask: Mask) -> Mask:
    """What no pen's digit is, where something else is left: frames, lines across the picture, a table's edge."""
    height, width = mask.shape
    if min(height, width) < SMALL:
        return np.zeros_like(mask)
    found, rules = blots(mask), []
    for blot in found:
        y, x = np.divmod(blot, width)
        top, left, bottom, right = y.min(), x.min(), y.max() + 1, x.max() + 1
        tall, wide = bottom - top, right - left
        is_line = (wide > ACROSS * width and tall < FLAT * height) or (tall > ACROSS * height and wide < FLAT * width)
        on_edges = [(y == 0).sum() / width, (y == height - 1).sum() / width]
        on_edges += [(x == 0).sum() / height, (x == width - 1).sum() / height]
        is_frame = is_rectangle(blot, mask) and holds(found, blot, mask)
        if is_line or max(on_edges) > HALF or is_frame:
            rules.append(blot)
    ruled = mask_of(rules, mask)
    ruled |= find_lines(mask & ~ruled)
    longest = max((extent(blot, mask) for blot in blots(mask & ~ruled)), default=0)
    return ruled if longest >= max(SHORTEST, 2 * LEAST * max(mask.shape)) else np.zeros_like(mask)


def is_rectangle(blot: Places, mask: Mask) -> bool:
    """Whether a blot is the outline of a box: its sides are straight, unlike a nought's, and its middle is empty."""
    y, x = np.divmod(blot, mask.shape[1])
    y, x = y - y.min(), x - x.min()
    tall, wide = int(y.max()) + 1, int(x.max()) + 1
    if tall < 0.4 * mask.shape[0] or wide < 0.4 * mask.shape[1]:
        return False
    core = (abs(y - tall / 2) < 0.3 * tall) & (abs(x - wide / 2) < 0.3 * wide)
    sides = [len(np.unique(x[y < 0.08 * tall])) / wide, len(np.unique(x[y >= 0.92 * tall])) / wide]
    sides += [len(np.unique(y[x < 0.08 * wide])) / tall, len(np.unique(y[x >= 0.92 * wide])) / tall]
    return min(sides) > 0.7 and not core.any()


def find_frame(mask: Mask, contrast: Grey) -> Mask:
    """A frame so dark that what it holds is no ink beside it, such as a pencil's digit in a printed box."""
    frame = mask_of([blot for blot in blots(mask) if is_rectangle(blot, mask)], mask)
    if frame.any():
        rest = np.where(spread(frame, 3), 0, contrast)
        faint = largest_blots(rest > ink_level(rest)) if np.ptp(rest) >= FAINTEST else np.zeros_like(mask)
        if faint.any() and np.ptp(np.flatnonzero(faint.any(1))) > np.ptp(np.flatnonzero(frame.any(1))) / 3:
            return frame
    return np.zeros_like(mask)


def holds(found: list[Places], frame: Places, mask: Mask) -> bool:
    """Whether something of a third of the frame's height lies within it."""
    y, x = np.divmod(frame, mask.shape[1])
    for blot in found:
        inner_y, inner_x = np.divmod(blot, mask.shape[1])
        within = (
            y.min() < inner_y.min() and inner_y.max() < y.max() and x.min() < inner_x.min() and inner_x.max() < x.max()
        )
        if within and np.ptp(inner_y) > np.ptp(y) / 3:
            return True
    return False
