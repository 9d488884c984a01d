"""What predictions are worth, in numpy alone."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Z95 = 1.959964  # the normal distribution's 97.5 % quantile
BINS = 15  # of confidence, as in Guo et al., On Calibration of Modern Neural Networks, arXiv 1706.04599


def wilson_interval(correct: int, samples: int) -> tuple[float, float]:
    """The 95 % interval of an accuracy (Wilson, J. Am. Stat. Assoc. 22, 1927, p. 209)."""
    share, square = correct / samples, Z95**2 / samples
    centre = (share + square / 2) / (1 + square)
    reach = Z95 / (1 + square) * np.sqrt(share * (1 - share) / samples + square / (4 * samples))
    return max(0.0, float(centre - reach)), min(1.0, float(centre + reach))


def reliability(confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Rows of (mean confidence, accuracy, images), one for each of `BINS` equal bins of confidence that has images.

    confidence: [N], 0 to 1, the highest bound of a bin included; correct: [N].
    """
    bins = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1).astype(int)
    members = [bins == b for b in np.unique(bins)]
    return np.array([(confidence[m].mean(dtype=np.float64), correct[m].mean(), m.sum()) for m in members])


def expected_calibration_error(confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_]) -> float:
    """How far confidence is from accuracy, averaged over the images (Guo et al., equation 3)."""
    mean_confidence, accuracy, images = reliability(confidence, correct).T
    return float(np.sum(images * np.abs(mean_confidence - accuracy)) / np.sum(images))


def accuracy_by_class(
    actual: npt.NDArray[np.integer], predicted: npt.NDArray[np.integer], classes: Sequence[str]
) -> list[tuple[str, int, int, float | None]]:
    """Rows of (class, its images, how many of them were recognised, that fraction), the last None without images."""
    rows = []
    for number, name in enumerate(classes):
        right = predicted[actual == number] == number
        rows.append((name, len(right), int(right.sum()), round(float(right.mean()), 6) if len(right) else None))
    return rows
