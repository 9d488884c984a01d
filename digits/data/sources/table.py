"""Source: a table as Kaggle has MNIST, `train.csv`: a row an image, its label and its 784 pixels."""

import warnings
from pathlib import Path

import numpy as np

from digits.data.arrays import SIDE, Images, Labels
from digits.data.sources.parts import hold_out, write_parts


def find_table(folder: Path) -> Path | None:
    """The first of `train.csv`, `mnist_train.csv` and the like that has labelled images."""
    return next((path for path in sorted(folder.glob("*train.csv")) if is_labelled(path)), None)


def is_labelled(path: Path) -> bool:
    """Whether the first line names a label and 784 pixels."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        names = file.readline(100_000).split(",")
    return names[0] == "label" and len(names) == 1 + SIDE**2


def fetch(train: Path, out: Path) -> None:
    """Write the images of `train`, and those of `test.csv` beside it as test data, or a seventh if it has no labels.

    ValueError: a row isn't a label and 784 pixels, each a whole number from 0 to 255.
    """
    test = train.with_name(train.name.replace("train.csv", "test.csv"))
    tables = [read_table(path) for path in (train, test) if is_labelled(path)]
    images, labels = (np.concatenate(arrays) for arrays in zip(*tables, strict=True))
    if len(tables) == 2:
        is_test = np.arange(len(labels)) >= len(tables[0][1])
    else:
        is_test = hold_out(labels, [str(label) for label in range(256)])
    write_parts(out, images, labels, is_test)


def read_table(path: Path) -> tuple[Images, Labels]:
    """Images uint8 [N, 28, 28] and labels uint8 [N]."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns of a table without a row
            rows = np.loadtxt(path, np.uint8, delimiter=",", skiprows=1, ndmin=2)
        return rows[:, 1:].reshape(len(rows), SIDE, SIDE), rows[:, 0]
    except (ValueError, UserWarning) as error:
        raise ValueError(f"{path}: a row must be a label and {SIDE**2} pixels, 0 to 255 ({error})") from None
