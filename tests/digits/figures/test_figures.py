import re
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.charts import accuracy_by_class, calibration, confusion_matrix, coverage_curve, loss_curves
from digits.figures.images import OVERVIEW_COLUMNS, augmented_images, digit_grid, overview
from digits.figures.png import save
from tests.drawing import CLASSES, draw

IMAGES, LABELS = draw(7, seed=0)
ACTUAL, PREDICTED = list(map(str, LABELS)), [str((LABELS[0] + 1) % 10), *map(str, LABELS[1:])]
CONFIDENCE = [0.512, *np.linspace(0.3, 1, 6).tolist()]
AUGMENTED = IMAGES[:6].reshape(2, 3, 28, 28)
HISTORY = pd.DataFrame({"epoch": range(4), "train_loss": [2.3, 1, 0.5, 0.2], "test_loss": [2.4, 1.2, 0.6, 0.4]})
ANSWERS = pd.DataFrame({"actual": ACTUAL, "predicted": PREDICTED, "confidence": CONFIDENCE})
COVERAGE = pd.DataFrame({"coverage": [0.6, 0.8, 0.9, 1], "confidence": [0.99, 0.95, 0.81, 0.3]})
COVERAGE = COVERAGE.assign(error_rate=[0, 0.01, 0.02, 0.1], low=[0, 0, 0.01, 0.05], high=[0.02, 0.03, 0.05, 0.2])
PER_CLASS = pd.DataFrame({"class": list("012"), "samples": [10, 0, 8], "correct": [9, 0, 8]})

FIGURES: dict[str, Callable[[], Figure]] = {
    "digits": lambda: digit_grid("title", IMAGES, ACTUAL, PREDICTED, CONFIDENCE),
    "no digits": lambda: digit_grid("title", IMAGES[:0], [], [], []),
    "augmentation": lambda: augmented_images(AUGMENTED),
    "loss": lambda: loss_curves(HISTORY, 2),
    "loss of 0, untrained": lambda: loss_curves(HISTORY.assign(train_loss=0.0), 0),
    "confusion": lambda: confusion_matrix(ANSWERS, CLASSES),
    "calibration": lambda: calibration(ANSWERS),
    "coverage": lambda: coverage_curve(COVERAGE),
    "coverage of a network that is never sure": lambda: coverage_curve(COVERAGE.assign(confidence=0.4)),
    "classes": lambda: accuracy_by_class(PER_CLASS),
    "hundreds of classes": lambda: accuracy_by_class(pd.concat([PER_CLASS] * 50)),
    "validation loss": lambda: loss_curves(HISTORY.assign(validation_loss=[2.3, 1.1, 0.7, 0.5]), 3),
}


def check_images(axes: Sequence[Axes], images: Images) -> None:
    for axis, image in zip(axes, images, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image)


@pytest.mark.parametrize("figure", FIGURES)
def test_the_same_picture_is_the_same_png(tmp_path: Path, figure: str) -> None:
    for name in "ab":
        save(FIGURES[figure](), tmp_path / name, 40)
    content = (tmp_path / "a").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content == (tmp_path / "b").read_bytes()
    assert re.findall(rb"tEXt(.*?)\0(.{6})", content) == [(b"Software", b"digits")], "no date, no version"


def test_every_image_is_shown_once_dark_on_light_and_right_from_wrong_without_colour() -> None:
    wrong, right, *_ = axes = digit_grid("title", IMAGES, ACTUAL, PREDICTED, CONFIDENCE).axes
    assert wrong.get_title() == f"✗ {PREDICTED[0]}, is {ACTUAL[0]}  (51%)"
    assert right.get_title() == f"✓ {PREDICTED[1]}  (30%)"
    frames = [{spine.get_linestyle() for spine in axis.spines.values()} for axis in (wrong, right)]
    assert not frames[0] & frames[1]
    check_images(axes, IMAGES)
    [shown] = right.images
    assert (shown.cmap.name, shown.get_clim()) == ("gray_r", (0, 255))
    assert not any(axis.images for axis in axes[7:])


def test_loss_curves_end_at_their_epoch() -> None:
    lines = {line.get_label(): line for line in loss_curves(HISTORY, 2).axes[0].lines}
    for name, column in (("training", "train_loss"), ("test", "test_loss")):
        np.testing.assert_array_equal(lines[name].get_xdata(), [0, 1, 2])
        np.testing.assert_array_equal(lines[name].get_ydata(), HISTORY[column][:3])
    assert lines["training"].get_linestyle() != lines["test"].get_linestyle()


def test_confusion_counts_stand_at_predicted_and_actual_and_a_single_mistake_is_told_from_none() -> None:
    answers = pd.DataFrame({"actual": ["3"] * 1000 + ["8"] * 10, "predicted": ["3"] * 999 + ["5"] + ["3"] * 9 + ["8"]})
    [axis] = confusion_matrix(answers, CLASSES).axes
    counts = {text.get_position(): text.get_text() for text in axis.texts if text.get_text()}
    assert counts == {(3, 3): "999", (5, 3): "1", (3, 8): "9", (8, 8): "1"}
    labels = axis.get_title(), axis.get_xlabel(), axis.get_ylabel()
    assert labels == ("10 of 1,010 test images wrong", "predicted", "actual")
    mistakes, right = (image.get_array() for image in axis.images)
    assert mistakes[8, 3] > mistakes[3, 5] > 0.1
    assert mistakes.mask.sum() == 98
    assert not right.mask.diagonal().any()


def test_calibration_shows_accuracy_over_confidence() -> None:
    answers = pd.DataFrame({"actual": [1, 1, 1], "predicted": [1, 2, 1], "confidence": [0.5, 0.5, 0.99]})
    line = calibration(answers).axes[0].lines[1]
    np.testing.assert_allclose(line.get_xydata(), [(0.5, 0.5), (0.99, 1)])


def test_augmented_images_are_a_row_a_class() -> None:
    axes = augmented_images(AUGMENTED).axes
    assert [axis.get_subplotspec().rowspan.start for axis in axes] == [0, 0, 0, 1, 1, 1]
    check_images(axes, IMAGES)


def test_the_overview_has_a_row_an_epoch_with_its_accuracy_and_the_same_images() -> None:
    images, labels = draw(OVERVIEW_COLUMNS + 2, seed=0)
    index = np.arange(len(images))[::-1]
    answers = pd.DataFrame({"index": index, "actual": list(map(str, labels[index])), "confidence": 0.9})
    wrong = answers.assign(epoch=0, predicted=[str((label + 1) % 10) for label in labels[index]])
    right = answers.assign(epoch=2, predicted=answers["actual"])
    history = pd.DataFrame({"epoch": [0, 1, 2], "test_accuracy": [0.1, 0.5, 0.987]})
    axes = overview(pd.concat([wrong, right]), images, history).axes
    rows = axes[:OVERVIEW_COLUMNS], axes[OVERVIEW_COLUMNS:]
    for row, epoch, accuracy, sign in zip(rows, "02", ("10.0%", "98.7%"), "✗✓", strict=True):
        assert row[0].get_ylabel().split() == ["epoch", epoch, accuracy, "of", "the", "test", "set"]
        assert [axis.get_title()[0] for axis in row] == [sign] * OVERVIEW_COLUMNS
        check_images(row, images[::-1])
    assert len(overview(pd.concat([wrong[:1], right[:1]]), images, history).axes) == 2, "one image is enough"


def test_long_names_stand_in_lines_of_their_own_and_the_longest_are_cut() -> None:
    [axis] = digit_grid("title", IMAGES[:1], ["Ankle boot"], ["left-handed screwdriver"], [0.5]).axes[:1]
    assert axis.get_title() == "✗ left-handed\nscrewdriver,\nis Ankle boot\n(50%)"
    names = ["left-handed screwdriver", "x" * 100]
    [axis] = confusion_matrix(pd.DataFrame({"actual": names, "predicted": names}), names).axes
    shown = [label.get_text().replace("\n", "") for label in axis.get_yticklabels()]
    assert shown == [names[0], f"{'x' * 72}…"]


def test_titles_of_long_names_stay_within_the_figure_and_apart() -> None:
    names = ["left-handed screwdriver of the second kind"] * 7
    figure = digit_grid("title", IMAGES, names, [*names[:6], "W" * 30], CONFIDENCE)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [axis.title.get_window_extent(renderer) for axis in figure.axes[:7]]
    assert all(0 <= box.x0 < box.x1 <= figure.bbox.width and box.y0 >= 0 for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_confusion_matrix_of_many_classes_has_no_counts() -> None:
    names = [f"class {number}" for number in range(40)]
    [axis] = confusion_matrix(pd.DataFrame({"actual": names, "predicted": names[::-1]}), names).axes
    assert [label.get_text() for label in axis.get_yticklabels()] == names
    assert not axis.texts
