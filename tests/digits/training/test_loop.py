from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from digits.network import prediction
from digits.network.cnn import CNN
from digits.training import batches
from digits.training.augment import Distortion
from digits.training.loop import test_step as measure
from digits.training.loop import train_step
from digits.training.optimizer import SGD
from tests.digits.conftest import Tensors, assert_same_weights

Build = Callable[..., CNN]
PLAIN = {
    "copies": 1,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "max_grad_norm": 0.0,
    "batch_size": 16,
}


def seeded() -> Generator:
    return Generator().manual_seed(7)


def one_epoch(model: CNN, images: Tensor, labels: Tensor, **changes: Any) -> tuple[float, float]:
    """`train_step` without distortion, momentum, smoothing or clipping, unless changed."""
    case = PLAIN | changes
    return train_step(
        model,
        SGD(model.parameters(), momentum=case["momentum"], weight_decay=case["weight_decay"]),
        images,
        labels,
        learning_rates=[0.05, 0.02] * 100,
        augment=Distortion(copies=case["copies"]),
        generator=seeded(),
        **{name: case[name] for name in ("batch_size", "label_smoothing", "max_grad_norm")},
    )


def plain_epoch(model: CNN, images: Tensor, labels: Tensor, case: dict[str, Any]) -> tuple[float, float]:
    """The same, written as a tutorial would."""
    model.train()
    losses = correct = 0.0
    momentum, decay = case["momentum"], case["weight_decay"]
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum, nesterov=momentum > 0, weight_decay=decay)
    for step, chosen in enumerate(torch.randperm(len(images), generator=seeded()).split(case["batch_size"])):
        optimizer.param_groups[0]["lr"] = [0.05, 0.02][step % 2]
        shown = chosen.repeat_interleave(case["copies"])
        pixels, y = images[shown][:, None] / 255, labels[shown].long()
        logits = model((pixels - 0.1307) / 0.3081)
        losses += F.cross_entropy(logits, y, reduction="sum").item() / case["copies"]
        correct += (logits.argmax(1) == y).sum().item() / case["copies"]
        optimizer.zero_grad()
        F.cross_entropy(logits, y, label_smoothing=case["label_smoothing"]).backward()
        gradients = [parameter.grad for parameter in model.parameters()]
        length = torch.cat([gradient.flatten() for gradient in gradients]).norm()
        if 0 < case["max_grad_norm"] < length:
            for gradient in gradients:
                gradient *= case["max_grad_norm"] / length
        optimizer.step()
    return losses / len(images), correct / len(images)


@pytest.mark.parametrize(
    "case",
    [
        {"batch_size": 16},
        {"batch_size": 7, "label_smoothing": 0.1, "momentum": 0.9, "weight_decay": 0.001},
        {"batch_size": 99, "label_smoothing": 0.1, "max_grad_norm": 0.5},
        {"batch_size": 2_000, "max_grad_norm": 100.0, "momentum": 0.9},
        {"batch_size": 16, "copies": 3, "label_smoothing": 0.1, "max_grad_norm": 0.5, "momentum": 0.9},
    ],
    ids=str,
)
def test_train_step_is_a_plain_loop(cnn: Build, few: Tensors, case: dict[str, Any]) -> None:
    model, twin = cnn(), cnn()
    assert one_epoch(model, *few, **case) == pytest.approx(plain_epoch(twin, *few, PLAIN | case), abs=1e-5)
    assert_same_weights(model, twin, atol=1e-5)


@pytest.mark.parametrize("chunk", [1, 40])
def test_train_step_does_not_depend_on_the_chunk(
    cnn: Build, few: Tensors, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    model, twin = cnn(), cnn()
    one_epoch(model, *few)
    monkeypatch.setattr(batches, "CHUNK", chunk)
    one_epoch(twin, *few)
    assert_same_weights(model, twin)


def test_test_step_is_cross_entropy_and_share_correct(cnn: Build, few: Tensors) -> None:
    model = cnn()
    one_epoch(model, *few)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    images, labels = few
    with torch.no_grad():
        logits = model.eval()((images[:, None] / 255 - 0.1307) / 0.3081)
    model.train()
    loss, accuracy = measure(model, images, labels)
    assert loss == pytest.approx(F.cross_entropy(logits, labels.long()).item(), abs=2e-6)
    assert accuracy == pytest.approx((logits.argmax(1) == labels).float().mean().item(), abs=1e-6)
    assert model.training
    torch.testing.assert_close(model.state_dict(), before, atol=0, rtol=0)


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_test_step_does_not_depend_on_the_batch(
    cnn: Build, few: Tensors, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    expected = measure(cnn(), *few)
    monkeypatch.setattr(prediction, "BATCH", batch)
    assert measure(cnn(), *few) == pytest.approx(expected, abs=2e-6)
