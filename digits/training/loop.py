"""Stochastic gradient descent on cross-entropy: `train_step`, `test_step`, and `fit`, which alternates them."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torch.nn.utils import clip_grad_norm_

from digits.network.batch_norm import take_statistics
from digits.network.cnn import CNN
from digits.network.distributed import add_up, add_up_gradients, share
from digits.network.prediction import logits_of, loss_and_accuracy
from digits.training.augment import Distortion
from digits.training.batches import chunks, undistorted
from digits.training.optimizer import SGD
from digits.training.schedule import learning_rate_at


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
    model: CNN,
    optimizer: SGD,
    images: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    learning_rates: list[float],
    label_smoothing: float,
    max_grad_norm: float,
    augment: Distortion,
    generator: Generator,
) -> tuple[float, float]:
    """Train one epoch, every image once in random order; the loss and accuracy on the batches as they were trained.

    images: uint8 [N, 28, 28]; labels: uint8 [N]; batch_size: images, each in `augment.copies` versions; learning_rates:
    one a batch; max_grad_norm: the longest a gradient may be, 0 for any length.
    Of several processes each computes its share of every batch, and they take the steps of one together.
    """
    model.train()
    outcomes = torch.zeros(len(images) * augment.copies, 3, device=images.device)
    rates = iter(learning_rates)
    for chunk in chunks(model, images, labels, batch_size=batch_size, augment=augment, generator=generator):
        seen = []
        for x, y, size in chunk.batches():
            logits = model(x)
            loss = F.cross_entropy(logits, y, label_smoothing=label_smoothing) if len(y) else logits.sum()
            (loss * (len(y) / size)).backward()
            add_up_gradients(optimizer.parameters)
            if max_grad_norm:
                clip_grad_norm_(optimizer.parameters, max_grad_norm)
            optimizer.step(next(rates))
            seen.append(logits.detach())
        outcomes[chunk.places] = outcome(torch.cat(seen), chunk.labels)
    losses, correct, finite = add_up(outcomes).cpu().double().unbind(1)
    check_finite(finite, batch_size * augment.copies, learning_rates)
    return round(losses.mean().item(), 6), round(correct.mean().item(), 6)


def outcome(logits: Tensor, labels: Tensor) -> Tensor:
    """Of each image the cross-entropy in nats, whether it is right and whether all its logits are finite, [N, 3]."""
    loss, right = F.cross_entropy(logits, labels, reduction="none"), logits.argmax(1) == labels
    return torch.stack([loss, right, logits.isfinite().all(1)], dim=1)


def check_finite(finite: Tensor, batch_size: int, learning_rates: list[float]) -> None:
    """NotFiniteError: not all of an epoch's images, in order, have finite logits; it names the first such batch."""
    broken = (finite == 0).nonzero()
    if len(broken):
        batch = int(broken[0]) // batch_size
        raise NotFiniteError(f"batch {batch + 1} of {len(learning_rates)}, learning rate {learning_rates[batch]:.3g}")


def test_step(model: CNN, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Loss and accuracy on images, uint8 [N, 28, 28] or upright floats [N, 1, 28, 28], with labels uint8 [N]."""
    mine = share(0, len(images))
    logits = torch.zeros(len(images), len(model.classes), device=images.device)
    part = images[mine.start : mine.stop]
    logits[mine.start : mine.stop] = logits_of(model, part, upright=part.is_floating_point())
    return loss_and_accuracy(add_up(logits), labels)


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
    max_grad_norm: float,
    augment: Distortion,
    precise_batch_norm: bool,
    seed: int,
) -> Iterator[Row]:
    """Train `model` in place and yield a row after each epoch, the untrained model's (epoch 0) first.

    train, test: images and labels as for `train_step` and `test_step`, on the model's device. The test data is only
    measured.
    done: rows that an earlier call has yielded already, where model and optimizer are as that call left them.
    learning_rate is the schedule's peak. An epoch's random numbers depend on `seed` and its number alone.
    precise_batch_norm: whether batch norm's statistics are, after each epoch, those of undistorted training images, as
    the network will be asked about, in place of the running averages of the distorted ones.
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
                max_grad_norm=max_grad_norm,
                augment=augment,
                generator=epoch_generator(seed, epoch),
            )
            if precise_batch_norm:
                take_statistics(model, undistorted(model, images))
            row = Row(epoch, *trained, *test_step(model, *test), round(rates[-1], 9))
            if not all(map(math.isfinite, row)):
                raise NotFiniteError(f"after the last of {per_epoch} batches, learning rate {rates[-1]:.3g}")
        except NotFiniteError as error:
            raise ValueError(f"epoch {epoch}, {error}: the loss is not finite; lower train.learning_rate") from None
        yield row


def epoch_generator(seed: int, epoch: int) -> Generator:
    """The random numbers of one epoch: independent of every other's, so that none has to be replayed."""
    return Generator().manual_seed(int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0]))
