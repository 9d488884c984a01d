"""Stochastic gradient descent on cross-entropy: `train_step`, `test_step`, and `fit`, which alternates them."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD

from digits.augment import Distortion, distort
from digits.images import normalise, unit
from digits.model import CNN
from digits.prediction import logits_of
from digits.schedule import learning_rate_at

CHUNK = 1024  # images distorted at once: a batch of 16 alone would spend its time on call overhead


class Row(NamedTuple):
    """What one epoch leaves in the history. Losses are cross-entropies in nats, without label smoothing."""

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    learning_rate: float


class NotFiniteError(ValueError):
    """The loss is NaN or infinite; the message says since which batch."""


def loss_and_accuracy(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy in nats and fraction correct, summed in float64, which not every device has, on the CPU."""
    logits, labels = logits.cpu(), labels.cpu()
    loss = F.cross_entropy(logits.double(), labels.long(), reduction="sum").item() / len(labels)
    accuracy = (logits.argmax(1) == labels).sum().item() / len(labels)
    return round(loss, 6), round(accuracy, 6)


def train_step(
    model: CNN,
    optimizer: SGD,
    images: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    learning_rates: list[float],
    label_smoothing: float,
    clip_norm: float,
    augment: Distortion,
    generator: Generator,
) -> tuple[float, float]:
    """Train one epoch, every image once in random order; the loss and accuracy on the batches as they were trained.

    images: uint8 [N, 28, 28]; labels: uint8 [N]; batch_size: images, each in `augment.copies` versions;
    learning_rates: one a batch; clip_norm: the longest a gradient may be, 0 for any length.
    """
    model.train()
    order = torch.randperm(len(images), generator=generator).to(images.device).repeat_interleave(augment.copies)
    batch_size *= augment.copies
    seen: list[Tensor] = []
    rates = iter(learning_rates)
    for chunk in order.split(batch_size * max(1, CHUNK // batch_size)):
        pixels = normalise(distort(model.upright(unit(images[chunk])), augment, generator))
        batches = zip(pixels.split(batch_size), labels[chunk].long().split(batch_size), strict=True)
        for (x, y), rate in zip(batches, rates, strict=False):
            optimizer.param_groups[0]["lr"] = rate
            logits = model(x)
            F.cross_entropy(logits, y, label_smoothing=label_smoothing).backward()
            if clip_norm:
                clip_grad_norm_(model.parameters(), clip_norm)
            optimizer.step()
            optimizer.zero_grad()
            seen.append(logits.detach())
    logits = torch.cat(seen)
    check_finite(logits, batch_size, learning_rates)
    return loss_and_accuracy(logits, labels[order])


def check_finite(logits: Tensor, batch_size: int, learning_rates: list[float]) -> None:
    """NotFiniteError: an epoch's logits [N, classes] are not all finite; it names the first such batch."""
    broken = (~logits.isfinite().all(1)).nonzero()
    if len(broken):
        batch = int(broken[0]) // batch_size
        raise NotFiniteError(f"batch {batch + 1} of {len(learning_rates)}, learning rate {learning_rates[batch]:.3g}")


def test_step(model: CNN, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Loss and accuracy on images uint8 [N, 28, 28] with labels uint8 [N]; the model is left as it was."""
    return loss_and_accuracy(logits_of(model, images), labels)


def sgd(model: CNN, *, momentum: float, weight_decay: float) -> SGD:
    """An optimizer for `fit`, which sets its learning rate; momentum is Nesterov's, 0 for plain SGD."""
    return SGD(model.parameters(), lr=0.0, momentum=momentum, nesterov=momentum > 0, weight_decay=weight_decay)


def fit(
    model: CNN,
    optimizer: SGD,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    *,
    done: int = 0,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    schedule: str,
    label_smoothing: float,
    clip_norm: float,
    augment: Distortion,
    seed: int,
) -> Iterator[Row]:
    """Train `model` in place and yield a row after each epoch, the untrained model's (epoch 0) first.

    train, test: images uint8 [N, 28, 28] and labels uint8 [N], on the model's device. The test data is only measured.
    done: rows that an earlier call has yielded already, where model and optimizer are as that call left them.
    learning_rate is the schedule's peak. An epoch's random numbers depend on `seed` and its number alone.
    ValueError: a loss that is not finite, with its epoch, batch and learning rate.
    """
    images, labels = train
    per_epoch = -(-len(images) // batch_size)
    if not done:
        yield Row(0, *test_step(model, images, labels), *test_step(model, *test), 0.0)
    for epoch in range(max(1, done), epochs + 1):
        first = (epoch - 1) * per_epoch
        rates = [
            learning_rate_at(step, steps=epochs * per_epoch, peak=learning_rate, schedule=schedule)
            for step in range(first, first + per_epoch)
        ]
        try:
            trained = train_step(
                model,
                optimizer,
                images,
                labels,
                batch_size=batch_size,
                learning_rates=rates,
                label_smoothing=label_smoothing,
                clip_norm=clip_norm,
                augment=augment,
                generator=epoch_generator(seed, epoch),
            )
            row = Row(epoch, *trained, *test_step(model, *test), round(rates[-1], 9))
            if not all(map(math.isfinite, row)):
                raise NotFiniteError(f"after the last of {per_epoch} batches, learning rate {rates[-1]:.3g}")
        except NotFiniteError as error:
            raise ValueError(f"epoch {epoch}, {error}: the loss is not finite; lower train.learning_rate") from None
        yield row


def epoch_generator(seed: int, epoch: int) -> Generator:
    """The random numbers of one epoch: independent of every other's, so that none has to be replayed."""
    return Generator().manual_seed(int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0]))
