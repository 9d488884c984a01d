from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digits.network.cnn import CNN
from digits.network.preprocessing import deskew
from tests.drawing import CLASSES

BOTH = pytest.mark.parametrize("batch_norm", [False, True])
PADDINGS = pytest.mark.parametrize(("padding", "left"), [(1, 7), (0, 4)])


@BOTH
@PADDINGS
@pytest.mark.parametrize(("first", "second"), [(1, 1), (4, 8), (16, 32)])
def test_number_of_parameters(first: int, second: int, batch_norm: bool, padding: int, left: int) -> None:
    model = CNN(channels=(first, second), padding=padding, batch_norm=batch_norm, deskew=True, classes=CLASSES)
    kernels = 9 * (first + first * first + first * second + second * second)
    beside = 2 * (first + second) * (2 if batch_norm else 1)  # gain and offset, or a bias
    assert sum(p.numel() for p in model.parameters()) == kernels + beside + 10 * (left**2 * second + 1)


@BOTH
def test_two_blocks_of_conv_relu_conv_relu_pool(cnn: Callable[..., CNN], batch_norm: bool) -> None:
    convolution = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU] if batch_norm else [nn.Conv2d, nn.ReLU]
    features = cnn(batch_norm=batch_norm).features
    assert [[type(layer) for layer in block] for block in features] == [[*convolution * 2, nn.MaxPool2d]] * 2
    kernels = {m.kernel_size for m in features.modules() if isinstance(m, nn.Conv2d)}
    pools = {m.kernel_size for m in features.modules() if isinstance(m, nn.MaxPool2d)}
    assert (kernels, pools) == ({(3, 3)}, {2})


def by_hand(weights: dict[str, Tensor], x: Tensor, *, batch_norm: bool, padding: int) -> Tensor:
    """The evaluating network from its weights and torch's functions."""
    x = (x - 0.1307) / 0.3081
    for block in range(2):
        layer = 0
        for _ in range(2):
            name = f"features.{block}.{layer}"
            x = F.conv2d(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"), padding=padding)
            if batch_norm:
                norm = f"features.{block}.{layer + 1}"
                mean, variance, gain, offset = (
                    weights[f"{norm}.{part}"][:, None, None]
                    for part in ("running_mean", "running_var", "weight", "bias")
                )
                x = (x - mean) / (variance + 1e-5).sqrt() * gain + offset
            x = F.relu(x)
            layer += 3 if batch_norm else 2
        x = F.max_pool2d(x, 2)
    return F.linear(x.flatten(1), weights["classifier.weight"], weights["classifier.bias"])


@BOTH
@PADDINGS
def test_forward_is_the_composition_by_hand(cnn: Callable[..., CNN], batch_norm: bool, padding: int, left: int) -> None:
    model = cnn(batch_norm=batch_norm, padding=padding)
    x = torch.randn(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    model.train()(x)  # so that batch norm has seen something
    with torch.no_grad():
        logits = model.eval()(x)
        expected = by_hand(model.state_dict(), x, batch_norm=batch_norm, padding=padding)
        torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-4)
        assert model.features(x).shape == (5, 8, left, left)
    assert logits.shape == (5, 10)
    assert logits.dtype == torch.float32


def test_only_a_deskewing_model_deskews(cnn: Callable[..., CNN]) -> None:
    images = torch.randint(256, (3, 28, 28), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    pixels = images[:, None] / 255
    for given in (images, pixels):
        torch.testing.assert_close(cnn(deskew=False).preprocess(given), pixels)
        torch.testing.assert_close(cnn(deskew=True).preprocess(given), deskew(pixels))
