from pathlib import Path

import pytest
import torch
from torch import Tensor

from digits.network.cnn import CNN
from digits.network.weights import READER, load_weights
from tests.conftest import Shared
from tests.digits.compare.small_project import make_project
from tests.drawing import DRAWN
from tests.imports import ROOT

Tensors = tuple[Tensor, Tensor]  # images uint8 [N, 28, 28], labels uint8 [N]


TRAIN, TEST = (tuple(map(torch.from_numpy, split)) for split in DRAWN)
FEW: Tensors = (TRAIN[0][:100], TRAIN[1][:100])


def assert_same_weights(one: CNN, other: CNN, atol: float = 0) -> None:
    torch.testing.assert_close(one.state_dict(), other.state_dict(), atol=atol, rtol=0)


@pytest.fixture(scope="session")
def project(shared: Shared) -> Path:
    """Runs to read and compare, see `make_project`. Not to be changed."""
    return shared("project", make_project)


@pytest.fixture(scope="session")
def reader() -> CNN:
    """The committed network that reads people's digits."""
    return load_weights(ROOT / READER)
