"""An epoch's batches: shuffled, stood upright, distorted, and of several processes this one's share of each."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from digits.network.cnn import CNN
from digits.network.distributed import share
from digits.network.prediction import BATCH
from digits.network.preprocessing import normalise, unit
from digits.training.augment import Distortion, draw, warp

CHUNK = 1024  # images distorted at once: a batch of 16 alone would spend its time on call overhead
STATISTICS = 10_000  # images that batch norm's statistics are taken of, at most


class Chunk(NamedTuple):
    """Some batches of an epoch: what this process computes of them, one after another."""

    pixels: Tensor  # float32 [M, 1, 28, 28], normalised
    labels: Tensor  # int64 [M]
    places: Tensor  # int64 [M], which of the epoch's images, copies counted, these are
    shares: list[int]  # how many of them belong to each batch
    sizes: list[int]  # images of each batch in all processes

    def batches(self) -> Iterator[tuple[Tensor, Tensor, int]]:
        """The pixels and labels of one batch after another, and its size."""
        return zip(self.pixels.split(self.shares), self.labels.split(self.shares), self.sizes, strict=True)


def chunks(
    model: CNN, images: Tensor, labels: Tensor, *, batch_size: int, augment: Distortion, generator: Generator
) -> Iterator[Chunk]:
    """Every image once in random order, in `augment.copies` versions each.

    images: uint8 [N, 28, 28]; labels: uint8 [N]; batch_size: images, not versions. Whatever the number of processes,
    order and distortion are those of one.
    """
    order = torch.randperm(len(images), generator=generator).to(images.device)
    copies, each = augment.copies, batch_size * augment.copies
    first = 0
    for chosen in order.split(batch_size * max(1, CHUNK // each)):
        n = len(chosen) * copies
        drawn = draw(n, images.shape[-1], augment, generator)
        shares = [share(start, min(start + each, n)) for start in range(0, n, each)]
        mine = torch.tensor([place for part in shares for place in part], dtype=torch.long)
        shown = model.upright_bytes(images[chosen]).repeat_interleave(copies, 0)[mine]
        yield Chunk(
            normalise(warp(unit(shown), [tensor[mine] for tensor in drawn])),
            labels[chosen].long().repeat_interleave(copies)[mine],
            first + mine,
            [len(part) for part in shares],
            [min(each, n - start) for start in range(0, n, each)],
        )
        first += n


def undistorted(model: CNN, images: Tensor) -> Iterator[Tensor]:
    """Batches of training images as the network reads those it is asked about, evenly chosen where they are many.

    images: uint8 [N, 28, 28] → float32 [M, 1, 28, 28], normalised; each of several processes has a share of every one.
    """
    chosen = images[:: -(-len(images) // STATISTICS)]
    for batch in chosen.tensor_split(-(-len(chosen) // BATCH)):
        mine = share(0, len(batch))
        yield normalise(unit(model.upright_bytes(batch)[mine.start : mine.stop]))
