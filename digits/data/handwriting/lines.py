"""Straight lines across a picture, such as ruled paper's or a form's, also where they touch or cross the digit."""

import math

import numpy as np

from digits.data.handwriting.blots import PART, Mask, blots, mask_of, spread

RUN, SHORTEST_RUN = 6, 8  # a part of a line is a row of pixels of 1 / RUN of the picture's side, or so many pixels
ACROSS, FLAT = 0.8, 0.1  # of the picture's sides: so long and so flat is a line
CROSSING = 2  # times as thick as the line: there a stroke crosses it, or lies along it
BEYOND = 0.12  # of the picture's width: a line goes on so far beyond the digit, on either side


def find_lines(mask: Mask) -> Mask:
    """The lines from left to right that go on beyond what else is there, and the upright ones that frame it."""
    width = mask.shape[1]
    across = straight_lines(mask)
    if not across.any():
        return across
    upright = straight_lines(mask.T).T
    left, right = column_range(mask & ~spread(across | upright, 1))
    columns = np.flatnonzero(upright.any(0))
    before, behind = columns < left, columns > right
    lines = across | upright if before.any() and behind.any() and (before | behind).all() else across
    left, right = column_range(mask & ~spread(lines, 1))
    columns = np.flatnonzero(across.any(0))
    goes_on = columns[0] < left - BEYOND * width and columns[-1] > right + BEYOND * width
    return lines if goes_on else np.zeros_like(mask)


def straight_lines(mask: Mask) -> Mask:
    """What runs from left to right across most of the picture and is flat, but where a stroke crosses it."""
    height, width = mask.shape
    lines = np.zeros_like(mask)
    for blot in blots(long_runs(mask, max(SHORTEST_RUN, width // RUN))):
        y, x = np.divmod(blot, width)
        wide, tall = int(np.ptp(x)) + 1, np.ptp(y) + 1
        if wide > ACROSS * width and tall < FLAT * height:
            thickness = math.ceil(len(blot) / wide)
            lines |= mask_of([blot], mask) & ~long_runs(mask.T, CROSSING * thickness).T
    return lines


def long_runs(mask: Mask, length: int) -> Mask:
    """The pixels that lie in a row of `length` pixels or more."""
    total = np.pad(mask, ((0, 0), (1, 0))).cumsum(1)
    starts = total[:, length:] - total[:, :-length] == length
    begun = np.pad(starts, ((0, 0), (length, length - 1))).cumsum(1)
    return begun[:, length:] > begun[:, :-length]


def column_range(mask: Mask) -> tuple[int, int]:
    """The first and last column of all blots but specks; of all columns where there are none."""
    found = blots(mask)
    largest = max(map(len, found), default=0)
    columns = [blot % mask.shape[1] for blot in found if len(blot) >= PART * largest]
    return min((int(x.min()) for x in columns), default=0), max((int(x.max()) for x in columns), default=mask.shape[1])
