import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from digits.compare.disagreements import MAX_SHOWN, disagreements
from tests.drawing import draw

IMAGES, _ = draw(60, seed=0)


def rows(*answers: tuple[int, int, int, float, int, float]) -> pd.DataFrame:
    names = ["index", "actual", "predicted_a", "confidence_a", "predicted_b", "confidence_b"]
    return pd.DataFrame(list(answers), columns=names)


KINDS = {
    "a": rows((5, 3, 3, 0.98, 8, 0.4), (9, 1, 1, 0.3, 7, 0.999)),
    "b": rows(),
    "neither": rows((0, 2, 4, 0.6, 5, 0.2)),
}


def pictured(figure: Figure) -> list[Axes]:
    return [axis for axis in figure.axes if axis.images]


def test_both_answers_stand_above_their_image_the_surest_mistake_first() -> None:
    figure = disagreements("title", IMAGES, KINDS)
    assert [part.get_suptitle() for part in figure.subfigs] == ["A alone is right: 2", "Neither is right: 1"]
    sure, unsure, neither = pictured(figure)
    for axis, index in ((sure, 9), (unsure, 5), (neither, 0)):
        np.testing.assert_array_equal(axis.images[0].get_array(), IMAGES[index])
    texts = [[text.get_text() for text in axis.texts] for axis in (sure, unsure, neither)]
    assert texts == [["A ✓ 1  30%", "B ✗ 7  >99%"], ["A ✓ 3  98%", "B ✗ 8  40%"], ["A ✗ 4  60%", "B ✗ 5  20%"]]
    assert (sure.get_xlabel(), neither.get_xlabel()) == ("", "is 2"), "the truth, where neither says it"


def test_of_many_some_are_shown() -> None:
    many = rows(*[(i, 3, 3, 0.5, 8, i / 100) for i in range(MAX_SHOWN + 5)])
    figure = disagreements("title", IMAGES, {"a": many})
    assert len(pictured(figure)) == MAX_SHOWN
    assert figure.subfigs[0].get_suptitle().startswith(f"A alone is right: {MAX_SHOWN + 5}, the {MAX_SHOWN} ")


def test_nothing_overlaps() -> None:
    neither = rows(*[(i, 2, 4, 1.0, 5, 1.0) for i in range(MAX_SHOWN)])
    figure = disagreements("title", IMAGES, {**KINDS, "neither": neither})
    FigureCanvasAgg(figure).draw()
    texts = [text for axis in pictured(figure) for text in (*axis.texts, axis.xaxis.label) if text.get_text()]
    texts += [text for part in figure.subfigs for text in part.texts]
    boxes = [*(text.get_window_extent() for text in texts), *(axis.bbox for axis in pictured(figure))]
    assert not [(i, j) for i, one in enumerate(boxes) for j, other in enumerate(boxes[:i]) if one.overlaps(other)]
