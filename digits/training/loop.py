"""Stochastic gradient descent on cross-entropy: `train_step`, `test_step`, and `fit`, which alternates them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from digits.network.cnn import CNN
from digits.network.inference import for_inference
from digits.network.prediction import average, totals_of
from digits.training.batches import Batch, TrainingBatches
from digits.training.distributed import all_reduce, data_parallel


class Row(NamedTuple):
    """What one epoch leaves in the history. Losses are cross-entropies in nats, without label smoothing."""

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    learning_rate: float
    validation_loss: float | None = None  # where images are held back for it
    validation_accuracy: float | None = None

    def known(self) -> dict[str, float]:
        """Return the values there are, by name."""
        return {name: value for name, value in self._asdict().items() if value is not None}


def train_step(
    model: nn.Module,
    batches: Iterable[Batch],
    loss_fn: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler,
    *,
    max_grad_norm: float,
) -> tuple[float, float]:
    """Train one epoch; return loss and accuracy on the batches as they were trained.

    FloatingPointError: the loss of a batch is not finite.
    """
    model.train()
    totals = []
    for x, y in batches:
        logits = model(x)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        if max_grad_norm:
            clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
        scheduler.step()
        totals.append(totals_of(logits.detach(), y))
    return average(check_finite(all_reduce(torch.stack(totals))).sum(0))


@torch.inference_mode()
def test_step(model: CNN, batches: Iterable[Batch]) -> tuple[float, float]:
    """Return loss and accuracy on all batches."""
    asked = for_inference(model)
    total = torch.zeros(3, dtype=torch.float64)
    for x, y in batches:
        total += totals_of(asked(x).cpu().double(), y.cpu())
    return average(check_finite(all_reduce(total)))


def fit(
    model: CNN,
    train: TrainingBatches,
    test: list[Batch],
    loss_fn: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler,
    *,
    epochs: range,
    max_grad_norm: float,
) -> Iterator[Row]:
    """Train `model` in place and yield a row after each epoch; epoch 0 only measures the model as it is.

    The test data is only measured. ValueError: a loss that is not finite, with its epoch and batch.
    """
    parallel = data_parallel(model)
    for epoch in epochs:
        try:
            if epoch == 0:
                trained, rate = test_step(model, train.plain()), 0.0
            else:
                batches = train.epoch(epoch)
                trained = train_step(parallel, batches, loss_fn, optimizer, scheduler, max_grad_norm=max_grad_norm)
                rate = round(float(scheduler.get_last_lr()[0]), 9)
            row = Row(epoch, *trained, *test_step(model, test), rate)
        except FloatingPointError as error:
            raise ValueError(f"epoch {epoch}, {error}; lower train.learning_rate") from None
        yield row


def check_finite(totals: Tensor) -> Tensor:
    """Return the totals of batches as they are. FloatingPointError: some are not finite; it names the first batch."""
    broken = (~totals.isfinite()).view(-1, 3).any(1).nonzero()
    if len(broken):
        raise FloatingPointError(f"batch {int(broken[0]) + 1}: the loss is not finite")
    return totals
