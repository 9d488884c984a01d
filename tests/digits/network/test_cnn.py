import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from digits.network.cnn import CNN
from digits.network.inference import for_inference
from digits.params.model import ModelParams
from tests.drawing import CLASSES

SIDES = {0: [12, 4], 1: [14, 7, 3, 1]}  # that the blocks leave, by padding
FITTING = [(p, widths) for p in SIDES for widths in ([5], [4, 8], [2, 3, 4], [1, 2, 1, 2]) if len(widths) <= 2 + 2 * p]


def by_hand(weights: dict[str, Tensor], x: Tensor, *, blocks: int, batch_norm: bool, padding: int) -> Tensor:
    x = (x - 0.1307) / 0.3081
    for block in range(blocks):
        for layer in (0, 3) if batch_norm else (0, 2):
            name = f"features.{block}.{layer}"
            x = F.conv2d(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"), padding=padding)
            if batch_norm:
                norm = f"features.{block}.{layer + 1}"
                parts = (weights[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
                x = F.batch_norm(x, *parts)
            x = F.relu(x)
        x = F.max_pool2d(x, 2)
    return F.linear(x.flatten(1), weights["classifier.weight"], weights["classifier.bias"])


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(("padding", "channels"), FITTING)
def test_forward_is_the_composition_by_hand(channels: list[int], padding: int, batch_norm: bool) -> None:
    torch.manual_seed(0)
    params = ModelParams(channels=channels, padding=padding, batch_norm=batch_norm, deskew=True)
    model, blocks, left = CNN(params, classes=CLASSES), len(channels), SIDES[padding][len(channels) - 1]
    x = torch.randn(5, 1, 28, 28)
    model.train()(x)  # so that batch norm has seen something
    with torch.no_grad():
        logits = model.eval()(x)
        expected = by_hand(model.state_dict(), x, blocks=blocks, batch_norm=batch_norm, padding=padding)
        torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(for_inference(model)(x), expected, atol=1e-5, rtol=1e-4)
        assert model.features(x).shape == (5, channels[-1], left, left)
    trained = list(model.parameters())
    assert len(trained) == 2 * blocks * (3 if batch_norm else 2) + 2, "a bias each, or batch norm's gain and offset"
    assert [len(p) for p in trained if p.ndim == 4] == [width for width in channels for _ in "ab"]
