from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from digits.data.handwriting.picture import mnist_form
from digits.network.cnn import CNN
from digits.network.weights import load_weights, save_weights
from digits.params.model import ModelParams
from tests.conftest import Shared, fitting
from tests.digits.compare.small_project import make_project
from tests.drawing import CLASSES, DRAWN
from tests.handwriting import written

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
def reader(shared: Shared) -> CNN:
    """A network that has learnt to read the digits of tests/handwriting.py as `python -m digits.predict` sees them."""

    def train(folder: Path) -> None:
        random = np.random.default_rng(0)
        labels = np.arange(80) % 10
        pens, turns = random.integers(3, 10, 80).tolist(), random.uniform(-12, 12, 80).tolist()
        papers = [written(k, size=60, pen=pen, turn=turn) for k, pen, turn in zip(labels, pens, turns, strict=True)]
        images = np.stack([mnist_form(paper) for paper in papers])
        split = torch.from_numpy(images), torch.from_numpy(labels.astype(np.uint8))
        torch.manual_seed(0)
        model = CNN(ModelParams(channels=[8, 16], padding=1, batch_norm=True, deskew=True), classes=CLASSES)
        for _ in fitting(model, split, split, epochs=12):
            pass
        save_weights(model, folder / "reader.safetensors")

    return load_weights(shared("reader", train) / "reader.safetensors")
