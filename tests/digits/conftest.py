"""The drawn digits as training takes them."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from digits.model import CNN
from tests.digits.small_project import make_project
from tests.drawing import Split

Tensors = tuple[Tensor, Tensor]  # images uint8 [N, 28, 28], labels uint8 [N]


@pytest.fixture(scope="session")
def train(drawn: tuple[Split, Split]) -> Tensors:
    """600 images and labels."""
    images, labels = map(torch.from_numpy, drawn[0])
    return images, labels


@pytest.fixture(scope="session")
def test(drawn: tuple[Split, Split]) -> Tensors:
    """200 others."""
    images, labels = map(torch.from_numpy, drawn[1])
    return images, labels


@pytest.fixture(scope="session")
def few(train: Tensors) -> Tensors:
    """100 of the training images and labels."""
    images, labels = train
    return images[:100], labels[:100]


def assert_same_weights(one: CNN, other: CNN, atol: float = 0) -> None:
    torch.testing.assert_close(one.state_dict(), other.state_dict(), atol=atol, rtol=0)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs to read and compare, see `make_project`. Not to be changed."""
    return make_project(tmp_path_factory.mktemp("project"))
