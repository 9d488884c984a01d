"""The page's JavaScript computes what Python computes."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from digits.data.handwriting.picture import decode
from digits.export.page import make_page
from digits.network.cnn import CNN
from digits.params.model import ModelParams
from digits.reading.answers import read, summarise
from tests.agreement import largest_difference
from tests.digits.data.handwriting.test_picture import FORMS
from tests.digits.data.handwriting.test_surroundings import AROUND
from tests.drawing import DRAWN
from tests.handwriting import beside, photographed, written
from tests.pointer import Page, in_script

Opener = Callable[[CNN], Page]
READ = "({ lines }) => ({ says: summarise(lines), images: lines.flat().map((sign) => [...sign.image]) })"


@pytest.fixture(scope="module")
def opener(opened: Page, tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """`opener(model)`: the page of a model."""
    file = tmp_path_factory.mktemp("page") / "page.html"

    def open_page(model: CNN) -> Page:
        file.write_text(make_page(model), encoding="utf-8")
        opened.open(file.as_uri())
        return opened

    return open_page


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize(("deskew", "channels"), [(True, [5, 3]), (False, [4]), (True, [2, 3])])
def test_the_probabilities_are_torchs(
    opener: Opener, padding: int, batch_norm: bool, deskew: bool, channels: list[int]
) -> None:
    torch.manual_seed(0)
    params = ModelParams(channels=channels, padding=padding, batch_norm=batch_norm, deskew=deskew)
    model = CNN(params, classes=["a", "b", "c"]).eval()
    model.temperature.fill_(0.3)
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            for values in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                torch.nn.init.uniform_(values, 0.5, 2)
    images = np.concatenate([DRAWN[0][0][:20], np.zeros((1, 28, 28), np.uint8), np.full((1, 28, 28), 255, np.uint8)])
    assert largest_difference(opener(model), model, images) < 1e-5


def shape(size: int, ink: object, paper: object, mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, (size, size + 7), paper)
    ImageDraw.Draw(picture).polygon([(size / 3, size / 4), (size * 0.8, size / 2), (size / 4, size * 0.9)], fill=ink)
    return picture


PICTURES = {
    **{name: partial(change, written(5)) for name, change in (FORMS | AROUND).items() if name != "floats"},
    "number": lambda: photographed(beside([2, 0, 2, 6], pen=6)),
    "touching": lambda: beside([2, 0], gap=-34),
    "tiny": lambda: written(4, size=10, pen=1),
    "for a network without the class no digit": lambda: beside([1, 0]),
    "plain, dark on light": lambda: shape(60, 30, 220, "L"),
    "plain, light on dark": lambda: shape(90, (240, 200, 120), (20, 30, 60)),
    "plain, 28 pixels": lambda: shape(28, 200, 0, "L"),
    "plain, large, at the edge": lambda: shape(700, (10, 90, 20), (255, 250, 240)).crop((200, 0, 700, 707)),
    "plain, transparent": lambda: shape(50, (0, 0, 0, 255), (0, 0, 0, 0), "RGBA"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_read_as_python_reads_them(opener: Opener, reader: CNN, name: str) -> None:
    model = reader
    if name.startswith(("plain", "for")):
        params = ModelParams(channels=[4], padding=1, batch_norm=False, deskew=False)
        model = CNN(params, classes=["a", "b"], pictures="plain" if name.startswith("plain") else "strokes").eval()
    PICTURES[name]().save(png := BytesIO(), "PNG")
    found = opener(model).evaluate(f"openPicture(new Blob([{in_script(png.getvalue())}])).then(read).then({READ})")
    lines = read(decode(png, ["PNG"]), model)
    assert found["says"].split(" (")[0] == summarise(lines)[0]
    expected = np.array([sign.image.ravel() for line in lines for sign in line], int)
    assert np.abs(np.array(found["images"]) - expected).max() <= 1
