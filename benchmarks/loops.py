"""Epochs and test passes beside the arithmetic alone, in one process: rows of benchmarks/speed.py."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import NLLLoss

from benchmarks.peers.pytorch_example import BATCH_SIZE, Net, train_epoch
from benchmarks.timing import Row, medians
from digits.data.arrays import SIDE
from digits.data.idx import read_split
from digits.network.cnn import CNN
from digits.network.device import prepare_device
from digits.network.prediction import loss_and_accuracy
from digits.network.preprocessing import normalise, to_float
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.training.batches import plain_batches
from digits.training.checkpoint import Checkpoint
from digits.training.loop import test_step, train_step
from stages.train import make_batches, train_epochs

STEPS = 300  # of the bare loop, to count with
BATCHES = (25, 50, 100, 200, 400, 1000)

Split = tuple[Tensor, Tensor]


def network(params: ModelParams) -> CNN:
    torch.manual_seed(0)
    return CNN(params, classes="0123456789")


def rows(params: TrainParams, model_params: ModelParams, raw: Path, root: Path, *, repeats: int) -> Iterator[Row]:
    """root: MNIST as torchvision lays it out."""
    prepare_device("cpu", threads=params.threads)
    train, test = (tensors(raw, name) for name in ("train", "t10k"))
    model = network(model_params)
    yield from epochs(params, model, train, root / "checkpoint", repeats=repeats)
    yield test_pass(model, test, repeats=repeats)
    yield example(train, test, root, repeats=1)


def tensors(raw: Path, name: str) -> Split:
    images, labels = map(torch.tensor, read_split(raw, name))
    return images, labels


def epochs(params: TrainParams, model: CNN, train: Split, folder: Path, *, repeats: int) -> Iterator[Row]:
    """An epoch over 60,000 images beside the bare loop, and beside 60 times an epoch over 1,000."""
    (images, labels), few = train, (train[0][:1000], train[1][:1000])
    whole = partial(epoch, params, model, (images, labels), folder)
    small = partial(epoch, params, model, few, folder)
    bare = partial(bare_steps, params, model, images, labels)
    ours, part, arithmetic = medians(whole, small, bare, repeats=repeats)
    steps = len(images) / params.batch_size
    yield Row(
        "an epoch of the default recipe over 60,000 images", "its steps alone", ours, arithmetic / STEPS * steps, 1.1
    )
    yield Row("an epoch over 60,000 images", "60 epochs over 1,000", ours, 60 * part, 1.1)


def epoch(params: TrainParams, model: CNN, train: Split, folder: Path) -> None:
    """One epoch as the train stage runs it, with history, checkpoint and progress, on one test image."""
    values = params.model_copy(update={"epochs": 1})
    checkpoint = Checkpoint(folder / "checkpoints", "key")
    one = [(torch.zeros(1, 1, SIDE, SIDE), torch.zeros(1, dtype=torch.long))]
    train_epochs(values, model, make_batches(values, model, train), one, folder / "history.csv", checkpoint)
    checkpoint.remove()


def bare_steps(params: TrainParams, model: CNN, images: Tensor, labels: Tensor) -> None:
    """Forward, backward and step on one batch that lies ready, again and again."""
    size = params.batch_size * params.augment.repeats
    x, y = images[:size].unsqueeze(1).float() / 255, labels[:size].long()
    optimizer = torch.optim.SGD(
        model.parameters(), 0.01, params.momentum, nesterov=True, weight_decay=params.weight_decay
    )
    model.train()
    for _ in range(STEPS):
        F.cross_entropy(model(x), y, label_smoothing=params.label_smoothing).backward()
        optimizer.step()
        optimizer.zero_grad()


def test_pass(model: CNN, test: Split, *, repeats: int) -> Row:
    """test_step on batches preprocessed before, as in the stage, beside the forward pass on floats at its best size."""
    batches = list(plain_batches(model, *test))
    pixels = test[0].unsqueeze(1).float() / 255
    forwards = [partial(forward, model, pixels, size) for size in BATCHES]
    ours, *theirs = medians(partial(test_step, model, batches), *forwards, repeats=3 * repeats)
    return Row("a test pass over 10,000 images", "the forward pass alone", ours, min(theirs), 1.05)


@torch.inference_mode()
def forward(model: CNN, pixels: Tensor, size: int) -> None:
    model.eval()
    for x in pixels.split(size):
        model(x)


def example(train: Split, test: Split, root: Path, *, repeats: int) -> Row:
    """An epoch of the PyTorch example's network, driven by this project's loop and by its own."""
    models = Net().to(memory_format=torch.channels_last), Net()
    optimizer = torch.optim.Adadelta(models[0].parameters(), lr=1.0)
    constant = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)
    ours = partial(train_step, models[0], batches(train), NLLLoss(), optimizer, constant, max_grad_norm=0)
    taken, theirs = medians(ours, partial(train_epoch, models[1], root), repeats=repeats)
    accuracies = [accuracy(model, test) for model in models]
    note = " and ".join(f"{share:.1%}" for share in accuracies)
    return Row(f"an epoch of the PyTorch example's network ({note})", "driven as the example does", taken, theirs, None)


def batches(train: Split) -> Iterator[Split]:
    """The images in random order, as the example's network reads them."""
    for chosen in torch.randperm(len(train[0])).split(BATCH_SIZE):
        yield normalise(to_float(train[0][chosen])), train[1][chosen].long()


@torch.inference_mode()
def accuracy(model: Net, test: Split) -> float:
    model.eval()
    pixels = normalise(to_float(test[0]))
    return loss_and_accuracy(torch.cat([model(x) for x in pixels.split(100)]), test[1])[1]
