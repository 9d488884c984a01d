import pytest
import torch
import torch.nn.functional as F
from torch import nn

from digits.training.augment import Augmentation
from digits.training.batches import TrainingBatches, plain_batches
from digits.training.loop import test_step as measure
from digits.training.loop import train_step
from digits.training.schedule import make_scheduler
from tests.conftest import cnn
from tests.digits.conftest import FEW, assert_same_weights


@pytest.mark.parametrize(("batch_size", "max_grad_norm"), [(16, 0), (99, 0.5), (2000, 0.5)])
def test_train_step_is_a_plain_loop(batch_size: int, max_grad_norm: float) -> None:
    model, twin = cnn(), cnn()
    batches = TrainingBatches(model, *FEW, batch_size=batch_size, augmentation=Augmentation(), repeats=1, seed=7)
    optimizer = torch.optim.SGD(model.parameters(), 0.05, 0.9, nesterov=True, weight_decay=0.01)
    scheduler = make_scheduler(optimizer, schedule="one_cycle", steps=2 * len(batches))
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)
    trained = train_step(model, batches.epoch(1), loss_fn, optimizer, scheduler, max_grad_norm=max_grad_norm)

    optimizer = torch.optim.SGD(twin.parameters(), 0.05, 0.9, nesterov=True, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, scheduler.lr_lambdas[0])
    losses = correct = 0.0
    for x, y in batches.epoch(1):
        optimizer.zero_grad()
        logits = twin.train()(x)
        loss_fn(logits, y).backward()
        if max_grad_norm:
            norm = torch.cat([p.grad.flatten() for p in twin.parameters() if p.grad is not None]).norm()
            for p in twin.parameters():
                p.grad *= min(1, max_grad_norm / norm)
        optimizer.step()
        rates.step()
        losses += F.cross_entropy(logits, y, reduction="sum").item()
        correct += (logits.argmax(1) == y).sum().item()
    assert trained == pytest.approx((losses / 100, correct / 100), abs=1e-5)
    assert_same_weights(model, twin, atol=1e-5)


def test_test_step_is_cross_entropy_and_fraction_right() -> None:
    model, (images, labels) = cnn(), FEW
    with torch.no_grad():
        logits = model.eval()(images[:, None] / 255)
    loss, accuracy = measure(model, plain_batches(model, *FEW))
    assert loss == pytest.approx(F.cross_entropy(logits, labels.long()).item(), abs=2e-6)
    assert accuracy == pytest.approx((logits.argmax(1) == labels).float().mean().item(), abs=1e-6)
    assert_same_weights(model, cnn())
    parts = [(x, y) for xs, ys in plain_batches(model, *FEW) for x, y in zip(xs.split(7), ys.split(7), strict=True)]
    assert measure(model, parts) == pytest.approx((loss, accuracy), abs=2e-6), "whatever the batches"
