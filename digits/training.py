"""Stochastic gradient descent on cross-entropy: `train_step`, `test_step`, and `fit`, which alternates them."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torch.nn.utils import clip_grad_norm_

from digits.augment import Distortion, distort
from digits.images import normalise, unit
from digits.model import CNN
from digits.optimizer import SGD
from digits.prediction import logits_of, loss_and_accuracy
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


def train_step(
    model: nn.Module,
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

    images: uint8 [N, 28, 28], as `model.upright` makes them; labels: uint8 [N]; batch_size: images, each in
    `augment.copies` versions; learning_rates: one a batch; clip_norm: the longest a gradient may be, 0 for any length.
    """
    model.train()
    order = torch.randperm(len(images), generator=generator).to(images.device).repeat_interleave(augment.copies)
    batch_size *= augment.copies
    outcomes: list[tuple[Tensor, Tensor, Tensor]] = []
    rates = iter(learning_rates)
    for chunk in order.split(batch_size * max(1, CHUNK // batch_size)):
        pixels = normalise(distort(unit(images[chunk]), augment, generator))
        truth, seen = labels[chunk].long(), []
        batches = zip(pixels.split(batch_size), truth.split(batch_size), strict=True)
        for (x, y), rate in zip(batches, rates, strict=False):
            logits = model(x)
            F.cross_entropy(logits, y, label_smoothing=label_smoothing).backward()
            if clip_norm:
                clip_grad_norm_(model.parameters(), clip_norm)
            optimizer.step(rate)
            seen.append(logits.detach())
        outcomes.append(outcome(torch.cat(seen), truth))
    losses, correct, finite = (torch.cat(each).cpu() for each in zip(*outcomes, strict=True))
    check_finite(finite, batch_size, learning_rates)
    return round(losses.double().mean().item(), 6), round(correct.double().mean().item(), 6)


def outcome(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each image, [N]: the cross-entropy in nats, whether it is right, whether all its logits are finite."""
    return F.cross_entropy(logits, labels, reduction="none"), logits.argmax(1) == labels, logits.isfinite().all(1)


def check_finite(finite: Tensor, batch_size: int, learning_rates: list[float]) -> None:
    """NotFiniteError: not all of an epoch's images, in order, have finite logits; it names the first such batch."""
    broken = (~finite).nonzero()
    if len(broken):
        batch = int(broken[0]) // batch_size
        raise NotFiniteError(f"batch {batch + 1} of {len(learning_rates)}, learning rate {learning_rates[batch]:.3g}")


def test_step(model: CNN, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Loss and accuracy on images uint8 [N, 28, 28] or float32 [N, 1, 28, 28], upright, with labels uint8 [N]."""
    return loss_and_accuracy(logits_of(model, images, upright=True), labels)


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

    train, test: images and labels as for `train_step` and `test_step`, on the model's device. The test data is only
    measured.
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
