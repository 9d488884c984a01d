import numpy as np
import pandas as pd

from digits.figures.overview import COLUMNS, overview
from tests.drawing import draw

IMAGES, LABELS = draw(COLUMNS + 2, seed=0)
HISTORY = pd.DataFrame({"epoch": [0, 1, 2], "test_accuracy": [0.1, 0.5, 0.987]})


def samples(shown: int) -> pd.DataFrame:
    """All wrong at epoch 0 and all right at epoch 2, the last image first."""
    index = np.arange(shown)[::-1]
    answers = pd.DataFrame({"index": index, "actual": list(map(str, LABELS[index])), "confidence": 0.9})
    wrong, right = answers["actual"].map(lambda label: str((int(label) + 1) % 10)), answers["actual"]
    return pd.concat([answers.assign(epoch=0, predicted=wrong), answers.assign(epoch=2, predicted=right)])


def test_a_row_an_epoch_with_its_accuracy_and_the_same_images() -> None:
    axes = overview(samples(COLUMNS + 2), IMAGES, HISTORY).axes
    assert len(axes) == 2 * COLUMNS
    assert axes[0].get_ylabel().split() == ["epoch", "0", "10.0%", "of", "the", "test", "set"]
    assert axes[COLUMNS].get_ylabel().split()[:3] == ["epoch", "2", "98.7%"]
    for row in (axes[:COLUMNS], axes[COLUMNS:]):
        for axis, image in zip(row, IMAGES[::-1], strict=False):
            np.testing.assert_array_equal(axis.images[0].get_array(), image)
    assert all(axis.get_title().startswith("✗") for axis in axes[:COLUMNS])
    assert all(axis.get_title().startswith("✓") for axis in axes[COLUMNS:])
    assert len(overview(samples(1), IMAGES, HISTORY).axes) == 2, "one image is enough"
