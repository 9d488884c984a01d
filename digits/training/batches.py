"""The batches of an epoch: images in random order, preprocessed and augmented."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Generator, Tensor

from digits.network.cnn import CNN
from digits.network.prediction import BATCH
from digits.training.augment import Augmentation, augment
from digits.training.distributed import rank, world_size

Batch = tuple[Tensor, Tensor]  # float32 [N, 1, 28, 28], what the network reads; int64 [N]

CHUNK = 1024  # images prepared at once: one batch at a time would spend its time on call overhead


class TrainingBatches:
    """Training images, uint8 [N, 28, 28], and their labels, uint8 [N], in batches for `model`.

    A batch holds each of its images `repeats` times, augmented each time anew: more to learn from the same labels in
    the same number of steps (Hoffer et al., Augment Your Batch, arXiv 1901.09335). Of several processes, each has its
    share of every batch.
    """

    def __init__(
        self,
        model: CNN,
        images: Tensor,
        labels: Tensor,
        *,
        batch_size: int,
        augmentation: Augmentation,
        repeats: int,
        seed: int,
    ) -> None:
        self.model, self.images, self.labels = model, images, labels
        self.batch_size, self.augmentation, self.repeats, self.seed = batch_size, augmentation, repeats, seed

    def __len__(self) -> int:
        """Count the batches of an epoch."""
        return math.ceil(len(self.images) / self.batch_size)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield all images in batches of like size, in order and augmentation by the epoch's number."""
        entropy = np.random.SeedSequence([self.seed, number]).generate_state(1 + world_size())
        torch.manual_seed(int(entropy[1 + rank()]))  # of augmentation and dropout: nothing earlier matters
        order = torch.randperm(len(self.images), generator=Generator().manual_seed(int(entropy[0])))
        shards = [batch[rank() :: world_size()] for batch in order.to(self.images.device).tensor_split(len(self))]
        step = max(1, CHUNK // (self.batch_size * self.repeats))
        for first in range(0, len(shards), step):
            chunk = shards[first : first + step]
            chosen, sizes = torch.cat(chunk), [len(shard) * self.repeats for shard in chunk]
            pixels = self.model.preprocess(self.images[chosen]).repeat_interleave(self.repeats, 0)
            labels = self.labels[chosen].long().repeat_interleave(self.repeats)
            yield from zip(augment(pixels, self.augmentation).split(sizes), labels.split(sizes), strict=True)

    def plain(self) -> Iterator[Batch]:
        """Yield the images as they are, in order."""
        return plain_batches(self.model, self.images, self.labels)


def plain_batches(model: CNN, images: Tensor, labels: Tensor) -> Iterator[Batch]:
    """Preprocess images, uint8 [N, 28, 28], with labels, uint8 [N], in batches, or this process's share of them."""
    starts = range(0, len(images), BATCH)[rank() :: world_size()]
    pairs = [(images[start : start + BATCH], labels[start : start + BATCH]) for start in starts]
    return ((model.preprocess(x), y.long()) for x, y in pairs)
