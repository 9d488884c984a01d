from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digits.network.cnn import CNN
from digits.network.preprocessing import deskew
from digits.params.model import ModelParams
from tests.drawing import CLASSES

BOTH = pytest.mark.parametrize("batch_norm", [False, True])
SIDES = {0: [12, 4], 1: [14, 7, 3, 1]}  # that the blocks leave, by padding
WIDTHS = ([5], [4, 8], [16, 32], [2, 3, 4], [1, 2, 1, 2])
FITTING = pytest.mark.parametrize(
    ("padding", "channels"), [(p, widths) for p in SIDES for widths in WIDTHS if len(widths) <= len(SIDES[p])]
)


def build(channels: list[int], *, padding: int, batch_norm: bool) -> CNN:
    torch.manual_seed(0)
    params = ModelParams(channels=channels, padding=padding, batch_norm=batch_norm, deskew=True)
    return CNN(params, classes=CLASSES)


@BOTH
@FITTING
def test_number_of_parameters(channels: list[int], padding: int, batch_norm: bool) -> None:
    model = build(channels, padding=padding, batch_norm=batch_norm)
    kernels = 9 * sum(inputs * outputs + outputs**2 for inputs, outputs in pairwise([1, *channels]))
    beside = 2 * sum(channels) * (2 if batch_norm else 1)  # gain and offset, or a bias
    left = SIDES[padding][len(channels) - 1]
    assert sum(p.numel() for p in model.parameters()) == kernels + beside + 10 * (left**2 * channels[-1] + 1)


@BOTH
@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_blocks_of_conv_relu_conv_relu_pool(blocks: int, batch_norm: bool) -> None:
    convolution = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU] if batch_norm else [nn.Conv2d, nn.ReLU]
    features = build([2, 3, 4][:blocks], padding=1, batch_norm=batch_norm).features
    assert [[type(layer) for layer in block] for block in features] == [[*convolution * 2, nn.MaxPool2d]] * blocks
    kernels = {m.kernel_size for m in features.modules() if isinstance(m, nn.Conv2d)}
    pools = {m.kernel_size for m in features.modules() if isinstance(m, nn.MaxPool2d)}
    assert (kernels, pools) == ({(3, 3)}, {2})


def by_hand(weights: dict[str, Tensor], x: Tensor, *, blocks: int, batch_norm: bool, padding: int) -> Tensor:
    """The evaluating network from its weights and torch's functions."""
    x = (x - 0.1307) / 0.3081
    for block in range(blocks):
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
@FITTING
def test_forward_is_the_composition_by_hand(channels: list[int], padding: int, batch_norm: bool) -> None:
    model = build(channels, padding=padding, batch_norm=batch_norm)
    x = torch.randn(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    model.train()(x)  # so that batch norm has seen something
    with torch.no_grad():
        logits = model.eval()(x)
        expected = by_hand(model.state_dict(), x, blocks=len(channels), batch_norm=batch_norm, padding=padding)
        torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-4)
        left = SIDES[padding][len(channels) - 1]
        assert model.features(x).shape == (5, channels[-1], left, left)
    assert logits.shape == (5, 10)
    assert logits.dtype == torch.float32


def test_only_a_deskewing_model_deskews(cnn: Callable[..., CNN]) -> None:
    images = torch.randint(256, (3, 28, 28), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    pixels = images[:, None] / 255
    for given in (images, pixels):
        torch.testing.assert_close(cnn(deskew=False).preprocess(given), pixels)
        torch.testing.assert_close(cnn(deskew=True).preprocess(given), deskew(pixels))
