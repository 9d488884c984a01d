"""The ink in a picture: dark on light or light on dark, on paper that is not lit evenly.

Shapes: a picture of H × W pixels with C channels, 1 or 3; colours from 0 to 255.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Grey = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]  # indices into a flattened mask

SMALL = 24  # pixels a side below which paper counts as even: there is too little of it to fit a surface to
FAINTEST = 10  # levels of 255 that ink stands out from its paper
SHORTEST, LEAST = 4, 0.05  # the longer side of a digit's largest part: pixels, and share of the picture's
PART = 0.1  # of the largest blot's pixels: smaller ones are specks, larger ones may be a stroke of the digit


def find_ink(picture: Grey) -> Grey:
    """How much ink covers each pixel, 0 to 1, within the box around the digit; picture: [H, W, C]. ValueError: none."""
    contrast = stand_out(picture)
    if np.ptp(contrast) < FAINTEST:
        raise ValueError("no digit found")
    level = otsu(contrast)
    noise = 1.4826 * np.median(np.abs(contrast[contrast <= level]))  # a deviation, if the paper's noise is normal
    digit = largest_blots(contrast > max(level, 3 * noise))
    full = np.percentile(contrast[digit], 90) if digit.any() else 0
    if full < FAINTEST:
        raise ValueError("no digit found")
    box = tuple(slice(places[0], places[-1] + 1) for places in map(np.flatnonzero, (digit.any(1), digit.any(0))))
    edge = np.asarray(Image.fromarray(digit).convert("L").filter(ImageFilter.MaxFilter(3))) > 0  # half-covered pixels
    ink: Grey = np.where(edge, (contrast / full).clip(0, 1), 0)[box]
    return ink


def stand_out(picture: Grey) -> Grey:
    """How far each pixel is from the paper around it, ink positive: [H, W, C] → [H, W].

    Colours are taken along the one axis on which they differ most, so that ink of its paper's lightness is seen too.
    """
    away = np.stack([channel - paper(channel) for channel in np.moveaxis(picture, 2, 0)], axis=2)
    colours = away.reshape(-1, away.shape[2])
    _, axes = np.linalg.eigh(colours.T @ colours)
    contrast: Grey = away @ axes[:, -1]
    return contrast if (contrast**3).sum() >= 0 else -contrast  # ink is the lesser part, and so the far end


def paper(channel: Grey) -> Grey:
    """What an unmarked sheet would look like: a quadratic surface fitted to all but the ink; [H, W] → [H, W]."""
    height, width = channel.shape
    if min(height, width) < SMALL:
        return np.full_like(channel, border(channel))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)
    step = max(1, max(height, width) // 48)
    some, level = terms[::step, ::step].reshape(-1, 6), channel[::step, ::step].ravel()
    span = np.ptp(level)
    fits = np.abs(level - border(channel)) <= span / 2
    surface = np.zeros(6)
    for _ in range(8):  # ink leaves the fit round by round
        surface = np.linalg.lstsq(some[fits], level[fits], rcond=None)[0]
        off = np.abs(level - some @ surface)
        closer = off <= max(2.5 * 1.4826 * np.median(off[fits]), 0.04 * span)
        if closer.sum() < 0.15 * closer.size:
            break
        fits = closer
    fitted: Grey = terms @ surface
    return fitted


def border(channel: Grey) -> float:
    """The level of most of the border, which may be crossed by ink."""
    edge = np.concatenate([channel[0], channel[-1], channel[:, 0], channel[:, -1]])
    above = edge > otsu(channel)
    return float(np.median(edge[above == (above.mean() > 0.5)]))


def otsu(values: Grey) -> float:
    """The level between two groups of values that differ most (Otsu, IEEE Trans. SMC 9, 1979, equation 18)."""
    counts, edges = np.histogram(values, bins=256)
    level = (edges[1:] + edges[:-1]) / 2
    weight = counts.cumsum()[:-1] / counts.sum()
    part = (counts * level).cumsum() / counts.sum()
    between = (part[-1] * weight - part[:-1]) ** 2 / np.maximum(weight * (1 - weight), 1e-12)
    return float(edges[1:][between.argmax()])


def largest_blots(mask: Mask) -> Mask:
    """The largest connected part of a mask and those not much smaller, away from the picture's border if there are.

    All False if none is as long as a digit is.
    """
    found = blots(mask)
    if min(mask.shape) >= SMALL:
        found = inner(found, mask) or found
    largest = max(found, key=len, default=np.empty(0, np.int64))
    kept = np.zeros(mask.size, bool)
    if extent(largest, mask) >= max(SHORTEST, LEAST * max(mask.shape)):
        for blot in found:
            kept[blot] = len(blot) >= PART * len(largest)
    return kept.reshape(mask.shape)


def inner(found: list[Places], mask: Mask) -> list[Places]:
    """The blots that don't touch the border, if one of them is no speck: the others are a table's edge, or a shadow."""
    border = np.pad(np.zeros((mask.shape[0] - 2, mask.shape[1] - 2), bool), 1, constant_values=True).ravel()
    within = [blot for blot in found if not border[blot].any()]
    most = max(map(len, found), default=0)
    return within if any(len(blot) >= PART * most for blot in within) else []


def extent(blot: Places, mask: Mask) -> int:
    """The longer side of the box around a blot, in pixels."""
    return max(int(np.ptp(places)) + 1 for places in np.divmod(blot, mask.shape[1])) if len(blot) else 0


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
