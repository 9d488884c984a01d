import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from digits.network.prediction import logits_of, make_predictions
from digits.network.preprocessing import deskew
from tests.conftest import cnn
from tests.drawing import DRAWN

IMAGES = DRAWN[1][0][:5].copy()
FORMS: dict[str, Callable[[np.ndarray], Any]] = {
    "array": lambda x: x,
    "float64 array": lambda x: x / 255,
    "read-only array": lambda x: np.frombuffer(x.tobytes(), np.uint8).reshape(x.shape),
    "array seen from behind": lambda x: x[:, ::-1].copy()[:, ::-1],
    "tensor of parameters": lambda x: (torch.from_numpy(x)[:, None] / 255).requires_grad_(),
    "tuple of arrays with channel": lambda x: tuple(x[:, None]),
    "list of arrays and tensors": lambda x: [x[0], *torch.from_numpy(x[1:])],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_images_gives_the_same_probabilities(form: str) -> None:
    model, given = cnn().train(), FORMS[form](IMAGES)
    probabilities = make_predictions(model, given)
    assert {module.training for module in model.modules()} == {True}, "the model is left as it was"
    torch.testing.assert_close(model.state_dict(), cnn().state_dict(), atol=0, rtol=0)
    expected = model.eval()(torch.from_numpy(IMAGES)[:, None] / 255).softmax(1).detach()
    torch.testing.assert_close(probabilities, expected, atol=1e-6, rtol=0)
    assert not probabilities.requires_grad


def test_one_image_and_none() -> None:
    for one in (IMAGES[0], IMAGES[:1], IMAGES[None, :1], [IMAGES[0]]):
        torch.testing.assert_close(make_predictions(cnn(), one), make_predictions(cnn(), IMAGES)[:1])
    for nothing in ([], np.empty((0, 28, 28), np.uint8), torch.empty(0, 1, 28, 28)):
        assert make_predictions(cnn(), nothing).shape == (0, 10)


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (np.zeros((28, 27), np.uint8), "images of shape [28, 27]: must be [28, 28]"),
        (np.zeros((2, 3, 28, 28), np.uint8), "images of shape [2, 3, 28, 28]: must be"),
        (np.zeros((28, 28), np.int64), "images of torch.int64: must be uint8"),
        (np.full((28, 28), 1.01), "images from 1.01 to 1.01: must be 0 to 1"),
        (np.where(np.eye(28) > 0, np.nan, 0.5), "must be 0 to 1"),
        ([np.zeros((28, 28), np.uint8), np.zeros((28, 28))], "images of one list must have one shape and one dtype"),
        ([np.zeros((28, 28), object)], "images must be arrays or tensors of numbers"),
    ],
)
def test_anything_else_is_refused(images: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        make_predictions(cnn(), images)


def test_a_deskewing_model_is_shown_deskewed_images_and_the_temperature_divides_its_logits() -> None:
    model = cnn(deskew=True)
    model.temperature.fill_(2.5)
    upright = deskew(torch.from_numpy(IMAGES)[:, None] / 255).clamp(0, 1)
    expected = (logits_of(cnn(), upright) / 2.5).softmax(1)
    torch.testing.assert_close(make_predictions(model, IMAGES), expected, atol=1e-6, rtol=1e-5)


def test_company_does_not_matter() -> None:
    images = np.random.default_rng(0).integers(0, 256, (250, 28, 28), dtype=np.uint8)
    model = cnn()
    alone = torch.cat([make_predictions(model, image) for image in images])
    torch.testing.assert_close(make_predictions(model, images), alone, atol=1e-6, rtol=0)
