from itertools import chain
from typing import Any

import pytest
import torch
from torch import Tensor

from digits.network.cnn import CNN
from digits.training import batches as module
from digits.training.augment import Augmentation
from digits.training.batches import TrainingBatches, plain_batches
from tests.conftest import cnn
from tests.digits.conftest import FEW, TRAIN, Tensors


def build(model: CNN, split: Tensors, **changes: Any) -> TrainingBatches:
    return TrainingBatches(
        model, *split, **{"batch_size": 16, "augmentation": Augmentation(shift=2), "repeats": 1, "seed": 0} | changes
    )


def numbered(n: int) -> Tensors:
    """Images of which each has another grey, and labels by which to know them."""
    return torch.arange(n, dtype=torch.uint8)[:, None, None].expand(n, 28, 28), torch.arange(n, dtype=torch.uint8)


@pytest.mark.parametrize(("n", "size", "batch"), [(100, 16, {14, 15}), (10, 16, {10}), (9, 4, {3})])
def test_every_image_comes_once_in_batches_of_like_size(n: int, size: int, batch: set[int]) -> None:
    batches = build(cnn(), numbered(n), batch_size=size, augmentation=Augmentation())
    epoch = list(batches.epoch(1))
    assert {len(y) for _, y in epoch} == batch
    assert len(epoch) == len(batches)
    pixels, labels = (torch.cat(parts) for parts in zip(*epoch, strict=True))
    assert sorted(labels.tolist()) == list(range(n))
    torch.testing.assert_close(pixels[:, 0, 3, 3] * 255, labels.float())


def test_an_image_comes_several_times_in_its_batch_each_time_augmented_anew() -> None:
    for x, y in build(cnn(), numbered(40), batch_size=10, repeats=3, augmentation=Augmentation(rotate=90)).epoch(1):
        assert len(x) == len(y) == 30
        assert torch.equal(y[::3], y[1::3])
        assert torch.equal(y[::3], y[2::3])
        assert not torch.equal(x[::3], x[1::3])


def whole(batches: TrainingBatches, epoch: int) -> Tensor:
    return torch.cat([x for x, _ in batches.epoch(epoch)])


def test_seed_and_epoch_decide_and_the_chunk_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    first, still = whole(build(cnn(), FEW), 1), build(cnn(), FEW, augmentation=Augmentation())
    order = whole(still, 1)
    torch.manual_seed(99)
    assert torch.equal(first, whole(build(cnn(), FEW), 1))
    assert not torch.equal(first, whole(build(cnn(), FEW), 2))
    assert not torch.equal(first, whole(build(cnn(), FEW, seed=1), 1))
    monkeypatch.setattr(module, "CHUNK", 1)
    assert torch.equal(order, whole(still, 1))


@pytest.mark.parametrize("world_size", [2, 3])
def test_several_processes_share_each_batch(monkeypatch: pytest.MonkeyPatch, world_size: int) -> None:
    batches = build(cnn(), numbered(50), batch_size=7, augmentation=Augmentation())
    alone = [y.tolist() for _, y in batches.epoch(1)]
    monkeypatch.setattr(module, "world_size", lambda: world_size)
    shares, measured = [], []
    for rank in range(world_size):
        monkeypatch.setattr(module, "rank", lambda rank=rank: rank)
        shares.append([y.tolist() for _, y in batches.epoch(1)])
        measured += [y for _, y in plain_batches(cnn(), *TRAIN)]
    together = [sorted(chain.from_iterable(parts)) for parts in zip(*shares, strict=True)]
    assert together == [sorted(batch) for batch in alone]
    assert sorted(torch.cat(measured).tolist()) == sorted(TRAIN[1].tolist())
