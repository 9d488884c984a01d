"""The ink in a picture: dark on light or light on dark, on paper that is not lit evenly.

Shapes: a picture of H × W pixels with C channels, 1 or 3; colours from 0 to 255.
"""

import numpy as np

from digits.data.handwriting.blots import SMALL, Mask, blots, largest_blots, mask_of, spread
from digits.data.handwriting.levels import FAINTEST, Grey, ink_level, noise, otsu
from digits.data.handwriting.strokes import stroke_width
from digits.data.handwriting.surroundings import find_frame, find_rules, without_rim

SHADOW = 0.1  # of the picture: a dark part so large may have ink in it
FINE_STROKE = 2.5  # pixels: of a line one pixel wide, `stroke_width` says 2
FAINT = 6  # deviations of the paper's noise: so far a faint stroke stands out


def find_ink(picture: Grey) -> tuple[Grey, Mask]:
    """How much ink covers each pixel, 0 to 1, and which pixels are a digit's; picture: [H, W, C]. ValueError: none."""
    contrast = stand_out(without_rim(picture))
    for _ in range(2):  # the level between paper and ink is another where a black frame no longer counts
        dark = contrast > ink_level(contrast)
        rules = find_rules(dark)
        if not rules.any():
            rules = find_frame(dark, contrast)
        if not rules.any():
            break
        contrast = flatten(contrast, rules)
    digit = largest_blots(with_faint_parts(dark & ~rules, contrast))
    full = np.percentile(contrast[digit], 90) if digit.any() else 0
    if full < FAINTEST:
        raise ValueError("no digit found")
    return (contrast / full).clip(0, 1), digit


def flatten(contrast: Grey, rules: Mask) -> Grey:
    """Take away what is no ink: lines, and the darkness of a large part, such as a shadow, but not the ink in it."""
    flat = np.where(spread(rules, 2), 0, contrast)
    for blot in blots(rules):
        if len(blot) > SHADOW * rules.size:
            flat.flat[blot] = contrast.flat[blot] - np.median(contrast.flat[blot])
    return flat


def with_faint_parts(dark: Mask, contrast: Grey) -> Mask:
    """Add what goes on from fine strokes: where they are finer than a pixel, they are fainter than the level of ink."""
    if stroke_width(dark) >= FINE_STROKE:
        return dark
    faint = blots(contrast > max(FAINTEST, FAINT * noise(contrast)))
    return mask_of([blot for blot in faint if dark.flat[blot].any()], dark)


def cut_out(ink: Grey, digit: Mask) -> Grey:
    """The ink of one digit, cropped to the box around it, with the half-covered pixels of its edge."""
    box = tuple(slice(places[0], places[-1] + 1) for places in map(np.flatnonzero, (digit.any(1), digit.any(0))))
    cut: Grey = np.where(spread(digit, 1), ink, 0)[box]
    return cut


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
    surface, ridge = np.zeros(6), 1e-9 * len(some) * np.eye(6)  # some paper is a strip, on which terms are alike
    for _ in range(8):  # ink leaves the fit round by round
        kept = some[fits]
        surface = np.linalg.solve(kept.T @ kept + ridge, kept.T @ level[fits])
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
