"""The level between paper and ink."""

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.float64]

FAINTEST = 10  # levels of 255 that ink stands out from its paper


def ink_level(contrast: Grey) -> float:
    """The contrast above which a pixel is ink. ValueError: nothing stands out."""
    if np.ptp(contrast) < FAINTEST:
        raise ValueError("no digit found")
    return max(otsu(contrast), 3 * noise(contrast))


def noise(values: Grey) -> float:
    """The standard deviation of the paper's noise, if that is normal and most of the picture is paper."""
    return 1.4826 * float(np.median(np.abs(values - blurred(values))))


def blurred(values: Grey) -> Grey:
    """The mean over 3×3 pixels."""
    padded = np.pad(values, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    mean: Grey = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return mean


def otsu(values: Grey) -> float:
    """The level between two groups of values that differ most (Otsu, IEEE Trans. SMC 9, 1979, equation 18)."""
    counts, edges = np.histogram(values, bins=256)
    level = (edges[1:] + edges[:-1]) / 2
    weight = counts.cumsum()[:-1] / counts.sum()
    part = (counts * level).cumsum() / counts.sum()
    between = (part[-1] * weight - part[:-1]) ** 2 / np.maximum(weight * (1 - weight), 1e-12)
    return float(edges[1:][between.argmax()])
