import numpy as np
import pytest
from PIL import Image, ImageFilter

from digits.data.handwriting.ink import blots, otsu
from digits.data.handwriting.strokes import FINE, THICK, even_strokes, stroke_width, thinned


def bars(width: int) -> np.ndarray:
    """Two bars, crossing."""
    mask = np.zeros((80, 80), bool)
    middle = slice(40 - width // 2, 40 - width // 2 + width)
    mask[middle], mask[:, middle] = True, True
    return mask


@pytest.mark.parametrize("width", [4, 8, 16])
def test_the_width_of_strokes(width: int) -> None:
    assert stroke_width(np.pad(bars(width), 2)) == pytest.approx(width, rel=0.25)


@pytest.mark.parametrize("width", [1, 3, 8, 24])
def test_strokes_become_as_wide_as_mnists(width: int) -> None:
    found = stroke_width(even_strokes(bars(width).astype(np.float64))) / FINE
    assert 1.2 < found < THICK


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


def test_blots_are_the_connected_parts() -> None:
    mask = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 1]], bool)
    assert sorted(sorted(blot.tolist()) for blot in blots(mask)) == [[0, 5], [3, 7], [12], [15]]
    assert blots(np.zeros((3, 3), bool)) == []


def test_otsu_parts_two_groups() -> None:
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(50, 8, 900), random.normal(180, 8, 100)])
    assert values[:900].max() <= otsu(values) + 1 < values[900:].min()
