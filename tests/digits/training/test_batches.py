from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
import torch
from torch import Tensor

from digits.network.cnn import CNN
from digits.training import batches as module
from digits.training.augment import Augmentation
from digits.training.batches import TrainingBatches, plain_batches
from tests.digits.conftest import Tensors

Build = Callable[..., CNN]
SHIFTED = Augmentation(shift=2)


def build(model: CNN, split: Tensors, **changes: Any) -> TrainingBatches:
    return TrainingBatches(
        model, *split, **{"batch_size": 16, "augmentation": SHIFTED, "repeats": 1, "seed": 0} | changes
    )


def numbered(n: int) -> Tensors:
    """Images of which each has another grey, and labels by which to know them."""
    return torch.arange(n, dtype=torch.uint8)[:, None, None].expand(n, 28, 28), torch.arange(n, dtype=torch.uint8)


@pytest.mark.parametrize(("n", "size", "sizes"), [(100, 16, [15] * 5 + [14] * 2), (10, 16, [10]), (9, 4, [3, 3, 3])])
def test_every_image_comes_once_in_batches_of_like_size(cnn: Build, n: int, size: int, sizes: list[int]) -> None:
    batches = build(cnn(), numbered(n), batch_size=size, augmentation=Augmentation())
    epoch = list(batches.epoch(1))
    assert sorted(map(len, (y for _, y in epoch))) == sorted([len(y) for _, y in epoch])
    assert max(len(y) for _, y in epoch) - min(len(y) for _, y in epoch) <= 1
    assert len(epoch) == len(batches) == len(sizes)
    labels = torch.cat([y for _, y in epoch])
    assert sorted(labels.tolist()) == list(range(n))
    pixels = torch.cat([x for x, _ in epoch])
    torch.testing.assert_close(pixels[:, 0, 3, 3] * 255, labels.float())


def test_an_image_comes_several_times_in_its_batch_each_time_augmented_anew(cnn: Build) -> None:
    for x, y in build(cnn(), numbered(40), batch_size=10, repeats=3, augmentation=Augmentation(rotate=90)).epoch(1):
        assert len(x) == len(y) == 30
        assert torch.equal(y[::3], y[1::3])
        assert torch.equal(y[::3], y[2::3])
        assert not torch.equal(x[::3], x[1::3])


def whole(batches: TrainingBatches, epoch: int) -> Tensor:
    return torch.cat([x for x, _ in batches.epoch(epoch)])


def test_seed_and_epoch_decide_order_and_augmentation(cnn: Build, few: Tensors) -> None:
    first = whole(build(cnn(), few), 1)
    torch.manual_seed(99)
    assert torch.equal(first, whole(build(cnn(), few), 1))
    assert not torch.equal(first, whole(build(cnn(), few), 2))
    assert not torch.equal(first, whole(build(cnn(), few, seed=1), 1))


def test_the_order_does_not_depend_on_the_chunk(cnn: Build, few: Tensors, monkeypatch: pytest.MonkeyPatch) -> None:
    still = build(cnn(), few, augmentation=Augmentation())
    first = whole(still, 1)
    monkeypatch.setattr(module, "CHUNK", 1)
    assert torch.equal(first, whole(still, 1))


@pytest.mark.parametrize("world_size", [2, 3])
def test_several_processes_share_each_batch(
    cnn: Build, few: Tensors, monkeypatch: pytest.MonkeyPatch, world_size: int
) -> None:
    batches = build(cnn(), numbered(50), batch_size=7, augmentation=Augmentation())
    alone = [y.tolist() for _, y in batches.epoch(1)]
    monkeypatch.setattr(module, "world_size", lambda: world_size)
    shares = []
    for rank in range(world_size):
        monkeypatch.setattr(module, "rank", lambda rank=rank: rank)
        shares.append([y.tolist() for _, y in batches.epoch(1)])
        plain = torch.cat([y for _, y in plain_batches(cnn(), *few)]) if rank == 0 else torch.tensor([])
        assert len(plain) in (0, 100)
    together = [sorted(chain.from_iterable(parts)) for parts in zip(*shares, strict=True)]
    assert together == [sorted(batch) for batch in alone]


def test_plain_batches_are_the_images_in_order_as_the_network_reads_them(cnn: Build, train: Tensors) -> None:
    model = cnn(deskew=True)
    batches = list(plain_batches(model, *train))
    assert [len(y) for _, y in batches] == [100] * 6
    assert torch.equal(torch.cat([y for _, y in batches]), train[1].long())
    torch.testing.assert_close(torch.cat([x for x, _ in batches]), model.preprocess(train[0]), atol=1e-5, rtol=0)
