import numpy as np
import pytest
from PIL import Image, ImageFilter

from digits.data.handwriting.blots import blots
from digits.data.handwriting.strokes import FINE, THICK, even_strokes, stroke_width, thinned


def bars(width: int) -> np.ndarray:
    mask = np.zeros((80, 80), bool)
    middle = slice(40 - width // 2, 40 - width // 2 + width)
    mask[middle], mask[:, middle] = True, True
    return mask


@pytest.mark.parametrize("width", [1, 3, 8, 24])
def test_strokes_become_as_wide_as_mnists(width: int) -> None:
    assert width < 4 or stroke_width(np.pad(bars(width), 2)) == pytest.approx(width, rel=0.25)
    assert 1.2 < stroke_width(even_strokes(bars(width).astype(np.float64))) / FINE < THICK


def test_thinning_breaks_nothing_and_keeps_holes() -> None:
    y, x = np.mgrid[-40:40, -40:40]
    ring = (np.hypot(x, y) < 36) & (np.hypot(x, y) > 14)
    thin = thinned(ring, 8)
    assert thin.sum() < ring.sum() / 2
    assert not (thin & ~ring).any()
    assert len(blots(thin)) == 1
    closed = np.asarray(Image.fromarray(thin).convert("L").filter(ImageFilter.MaxFilter(3))) > 0
    assert len(blots(~closed)) == 2


def test_a_faint_stroke_stays_beside_a_bold_one() -> None:
    ink = np.zeros((60, 60))
    ink[:, :8] = 1
    ink[:, 40:44] = 0.4
    assert len(blots(even_strokes(ink))) == 2
