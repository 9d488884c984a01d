"""What predictions are worth, in numpy alone."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digits.data.arrays import Images

Z95 = 1.959964  # the normal distribution's 97.5 % quantile
SURE = 0.8  # a less probable answer is no answer: docs/own-digits.md has what this costs and gives
PROMISED = 0.99  # of the answers that hold all likely classes
# CRC-32 of the pixels of MNIST's test images 947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783,
# 8527, 9679 and 9729, which have other places in a subset of the test images.
DOUBTFUL = (
    *(0xA524D22C, 0x3E102C3D, 0x8DA68CD6, 0xA53720F7, 0x31089AAA, 0x221D0E70, 0xA7446181, 0xD69D3CCE),
    *(0x529E64F1, 0xD6C874BF, 0x3C10CEE9, 0x896B2D51, 0x7E953DDF, 0x429F5A98, 0x5AF52BE5),
)
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


def coverage_curve(confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Rows of (coverage, threshold, errors, samples): what the surest answers are worth, for 1 %, 2 % … 100 % of them.

    confidence, correct: [N]. threshold: the confidence of the least sure of them. Equal confidences keep their order.
    """
    order = np.argsort(-confidence, kind="stable")
    shares = np.arange(1, 101) / 100
    answered = np.ceil(shares * len(order) - 1e-9).astype(int)
    errors = (~correct[order]).cumsum()[answered - 1]
    return np.column_stack([shares, confidence[order][answered - 1], errors, answered])


def conformal_threshold(of_label: npt.NDArray[np.floating], promised: float) -> float:
    """The least probability with which a class belongs to an answer of all likely classes.

    of_label: [N], the probability of the right class of images that were not trained on. An answer of all classes at
    least so probable holds the right one with the probability `promised` for another image of the same kind (split
    conformal prediction: Papadopoulos et al., ECML 2002; Angelopoulos & Bates, arXiv 2107.07511, section 1).
    0, which lets all classes in, where N is too small for the promise.
    """
    rank = int((1 - promised) * (len(of_label) + 1) + 1e-9)
    return float(np.sort(of_label)[rank - 1]) if rank else 0.0


def find_doubtful(images: Images) -> npt.NDArray[np.bool_]:
    """Tell for each image, uint8 [N, 28, 28], whether it is a test image of MNIST whose label most people reject.

    At most two of five raters agreed with the label of each (Northcutt, Athalye & Mueller, Pervasive Label Errors in
    Test Sets, arXiv 2103.14749; the raters' answers: github.com/cleanlab/label-errors).
    """
    return np.array([zlib.crc32(image.tobytes()) in DOUBTFUL for image in images], dtype=bool)
