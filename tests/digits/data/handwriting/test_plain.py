import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digits.data.classes import Kind
from digits.data.handwriting.picture import open_picture
from digits.data.handwriting.plain import plain_form
from digits.data.idx import read_split
from digits.data.sources import class_folders
from digits.reading.answers import read
from tests.conftest import cnn

SIZES = (27, 28, 29, 60)
STYLES = {  # mode, background, foreground
    "dark on light": ("L", 255, 10),
    "light on dark": ("L", 0, 240),
    "black on transparent": ("LA", (0, 0), (0, 255)),
    "colour": ("RGB", "yellow", "blue"),
}


def disc(size: int, style: str = "light on dark", share: float = 0.6, shift: float = 0) -> Image.Image:
    """A filled circle, anti-aliased, `share` of the picture's side across, so much of it off the middle."""
    mode, background, foreground = STYLES[style]
    sheet = Image.new(mode, (8 * size, 8 * size), background)
    middle, radius = 4 * size * (1 + shift), 4 * size * share
    box = [middle - radius, middle - radius, middle + radius, middle + radius]
    ImageDraw.Draw(sheet).ellipse(box, fill=foreground)
    return sheet.resize((size, size), Image.Resampling.BOX)


@pytest.mark.parametrize("kind", ["strokes", "plain"])
def test_training_and_prediction_see_the_same_image_of_a_file(tmp_path: Path, kind: Kind) -> None:
    names = [f"{style}, {size}" for style in STYLES for size in SIZES]
    for name in names:
        style, size = name.split(", ")
        for part in ("train", "test"):
            (tmp_path / "own" / part / name).mkdir(parents=True)
            disc(int(size), style).save(tmp_path / "own" / part / name / "disc.png")
    (tmp_path / "out").mkdir()
    class_folders.fetch(tmp_path / "own", tmp_path / "out", kind)
    images, labels = read_split(tmp_path / "out", "train")
    model = cnn()
    model.pictures = kind
    for image, name in zip(images[np.argsort(labels)], sorted(names), strict=True):
        [[sign]] = read(open_picture(tmp_path / "own/train" / name / "disc.png"), model)
        assert sign.image.tobytes() == image.tobytes(), name
        assert image[14, 14] > 100 > image[0].max(), f"{name}: light on dark"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("share", "shift"), [(0.6, 0), (0.3, 0.5), (0.9, 0.05)])
def test_a_filled_circle_stays_one_of_a_good_size_in_the_middle(
    tmp_path: Path, style: str, size: int, share: float, shift: float
) -> None:
    disc(size, style, share, shift).save(tmp_path / "disc.png")
    image = plain_form(open_picture(tmp_path / "disc.png"))
    y, x = np.mgrid[:28, :28]
    found = image > image.max() / 2
    radius = math.sqrt(found.sum() / math.pi)
    assert radius == pytest.approx(14 * max(share, 20 / 28), rel=0.25)
    middle = y[found].mean(), x[found].mean()
    assert middle == pytest.approx((13.5, 13.5), abs=1)
    true = np.hypot(y - middle[0], x - middle[1]) < radius
    assert (true & found).sum() / (true | found).sum() > 0.9


def test_what_has_that_form_stays_as_it_is() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 7:21] = np.arange(100, 240, 10, dtype=np.uint8)
    assert plain_form(Image.fromarray(image)).tobytes() == image.tobytes()
    np.testing.assert_array_equal(plain_form(Image.fromarray(255 - image)), image)


def test_a_wide_picture_keeps_its_aspect_and_paper_that_is_not_quite_white_becomes_0() -> None:
    sheet = Image.new("L", (120, 60), 225)
    ImageDraw.Draw(sheet).rectangle([0, 20, 119, 39], fill=20)
    image = plain_form(sheet)
    assert (image[:10].max(), image[-10:].max()) == (0, 0)
    assert 4 <= (image[:, 14] > 100).sum() <= 6


@pytest.mark.parametrize("level", [0, 200])
def test_a_blank_picture_is_refused(level: int) -> None:
    with pytest.raises(ValueError, match=r"^blank: nothing stands out from its background$"):
        plain_form(Image.new("L", (50, 40), level))
