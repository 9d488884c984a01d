from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from digits.network.batch_norm import BatchNorm2d, take_statistics
from digits.network.cnn import CNN
from digits.network.preprocessing import deskew
from digits.training import batches
from digits.training.batches import undistorted
from tests.digits.conftest import assert_same_weights
from tests.drawing import draw

Build = Callable[..., CNN]


def some(*sizes: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(size, 1, 28, 28, generator=generator) for size in sizes]


def test_statistics_are_the_means_over_the_batches(cnn: Build) -> None:
    model = cnn()
    model.train()(torch.rand(9, 1, 28, 28))  # what is to be forgotten
    given = some(5, 7, 6)
    take_statistics(model, given)
    convolution, norm = model.features[0][0], model.features[0][1]
    with torch.no_grad():
        seen = [convolution(x) for x in given]
    mean = torch.stack([x.mean((0, 2, 3)) for x in seen]).mean(0)
    variance = torch.stack([x.var((0, 2, 3)) for x in seen]).mean(0)
    torch.testing.assert_close((norm.running_mean, norm.running_var), (mean, variance))
    assert int(norm.num_batches_tracked) == 3


def test_what_was_trained_stays_and_training_goes_on_as_usual(cnn: Build) -> None:
    model, twin = cnn(), cnn()
    take_statistics(model, some(5))
    torch.testing.assert_close(dict(model.named_parameters()), dict(twin.named_parameters()), atol=0, rtol=0)
    assert {layer.momentum for layer in model.modules() if isinstance(layer, BatchNorm2d)} == {0.1}


def test_a_model_without_batch_norm_is_left_alone(cnn: Build) -> None:
    model = cnn(batch_norm=False).eval()
    take_statistics(model, iter([]))
    assert not model.training
    assert_same_weights(model, cnn(batch_norm=False))


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (100, [100]), (101, [51, 50]), (250, [84, 83, 83])])
def test_undistorted_batches_are_of_like_size(cnn: Build, count: int, sizes: list[int]) -> None:
    images = torch.from_numpy(draw(count, seed=0)[0])
    given = list(undistorted(cnn(deskew=False), images))
    assert [len(batch) for batch in given] == sizes
    torch.testing.assert_close(torch.cat(given)[:, 0], (images / 255 - 0.1307) / 0.3081)


def test_undistorted_images_are_upright_where_the_model_reads_them_so(cnn: Build) -> None:
    images = torch.from_numpy(draw(9, seed=0)[0])
    (batch,) = undistorted(cnn(deskew=True), images)
    upright = (deskew(images[:, None] / 255) * 255).round() / 255
    torch.testing.assert_close(batch, (upright - 0.1307) / 0.3081)


def test_of_many_images_some_are_chosen_evenly(cnn: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STATISTICS", 4)
    images = torch.from_numpy(draw(10, seed=0)[0])
    (batch,) = undistorted(cnn(deskew=False), images)
    torch.testing.assert_close(batch[:, 0], (images[::3] / 255 - 0.1307) / 0.3081)
