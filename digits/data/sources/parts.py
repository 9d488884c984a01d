"""Training and test data. Where nobody says which is which, a seventh is test data, as of MNIST's 70,000."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.data.arrays import Images, Labels
from digits.data.idx import FILES, write_idx
from digits.data.sampling import stratified

ONE_IN = 7
Mask = npt.NDArray[np.bool_]  # [N], True for test data


def write_parts(out: Path, images: Images, labels: Labels, is_test: Mask) -> None:
    """Write the four IDX files."""
    for part, (image_file, label_file) in ((~is_test, FILES[:2]), (is_test, FILES[2:])):
        write_idx(out / image_file, images[part])
        write_idx(out / label_file, labels[part])


def hold_out(labels: Labels, classes: Sequence[str]) -> Mask:
    """Choose a seventh of each class within one image, at random, the same each time.

    A class's only image stays for training; the classes without test data are told on stderr. ValueError: too few.
    """
    counts = np.bincount(labels, minlength=len(classes))
    several = np.flatnonzero(counts[labels] > 1)
    if len(several) < ONE_IN:
        raise ValueError(f"{len(labels)} images: at least {ONE_IN}, not one a class, are needed: one becomes test data")
    chosen = np.zeros(len(labels), bool)
    chosen[several[stratified(labels[several], len(several) // ONE_IN, seed=0)]] = True
    without = (counts > 0) & (np.bincount(labels[chosen], minlength=len(classes)) == 0)
    if without.any():
        told = ", ".join(f"{classes[label]} ({counts[label]})" for label in np.flatnonzero(without).tolist())
        print(f"classes without test data, and how many images they have: {told}", file=sys.stderr)
    return chosen
