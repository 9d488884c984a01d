"""Epochs and test passes beside the arithmetic alone, in one process: rows of benchmarks/speed.py."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn import CrossEntropyLoss, NLLLoss
from torch.optim import Adadelta, Optimizer

from benchmarks.peers.pytorch_example import BATCH_SIZE, Net, train_epoch
from benchmarks.timing import Row, make_row, medians
from digits.data.idx import read_split
from digits.network.cnn import CNN
from digits.network.device import prepare_device
from digits.network.prediction import loss_and_accuracy
from digits.network.preprocessing import normalise, to_float
from digits.params.train import TrainParams
from digits.training.batches import plain_batches
from digits.training.checkpoint import Checkpoint
from digits.training.loop import test_step, train_step
from digits.training.schedule import make_optimizer, make_scheduler
from stages.train import make_batches
from studies.trials.trial import Parameters

STEPS = 300  # of one batch that lies ready
BATCHES = (25, 50, 100, 200, 400, 1000)  # sizes for the forward pass alone

Split = tuple[Tensor, Tensor]


def rows(parameters: Parameters, raw: Path, root: Path, *, repeats: int) -> Iterator[Row]:
    """Time epochs and test passes on the data in `raw`, with checkpoints in `root`, where torchvision finds MNIST."""
    params = parameters.train
    torch.manual_seed(0)
    model = CNN(parameters.model, classes="0123456789")
    prepare_device("cpu", threads=params.threads)
    train, test = ((torch.tensor(x), torch.tensor(y)) for x, y in (read_split(raw, name) for name in ("train", "t10k")))
    epochs = [partial(run_epoch, params, model, (train[0][:n], train[1][:n]), root) for n in (60_000, 1000)]
    whole, small, bare = medians(*epochs, partial(run_steps, params, model, train), repeats=repeats)
    steps = bare / STEPS * len(train[0]) / params.batch_size
    yield make_row("an epoch of the default recipe over 60,000 images", "its steps alone", whole, steps, 1.1)
    yield make_row("an epoch over 60,000 images", "60 epochs over 1,000", whole, 60 * small, 1.1)
    ours = partial(test_step, model, list(plain_batches(model, *test)))
    forwards = [partial(forward, model, to_float(test[0]).split(size)) for size in BATCHES]
    taken, *theirs = medians(ours, *forwards, repeats=3 * repeats)
    yield make_row("a test pass over 10,000 images", "the forward pass alone", taken, min(theirs), 1.05)
    yield example(train, test, root)


def run_epoch(params: TrainParams, model: CNN, train: Split, root: Path) -> None:
    """One epoch as the train stage runs it, with its checkpoint."""
    optimizer, epoch = prepare_epoch(params, model, train)
    epoch()
    Checkpoint(root / "checkpoints", "key").save(model, optimizer, [])


def prepare_epoch(params: TrainParams, model: CNN, train: Split) -> tuple[Optimizer, Callable[[], object]]:
    """Prepare a training of one epoch, as the train stage does. train: images uint8 [N, 28, 28] and labels [N]."""
    batches = make_batches(params, model, train)
    optimizer = make_optimizer(
        model, learning_rate=params.learning_rate, momentum=params.momentum, weight_decay=params.weight_decay
    )
    scheduler = make_scheduler(optimizer, schedule=params.schedule, steps=len(batches))
    loss_fn = CrossEntropyLoss(label_smoothing=params.label_smoothing)
    given = model, batches.epoch(1), loss_fn, optimizer, scheduler
    return optimizer, partial(train_step, *given, max_grad_norm=params.max_grad_norm)


def run_steps(params: TrainParams, model: CNN, train: Split) -> None:
    """Forward, backward and step on one batch that lies ready, again and again."""
    size = params.batch_size * params.augment.repeats
    x, y = to_float(train[0][:size]), train[1][:size].long()
    optimizer = make_optimizer(model, learning_rate=0.01, momentum=params.momentum, weight_decay=params.weight_decay)
    model.train()
    for _ in range(STEPS):
        F.cross_entropy(model(x), y, label_smoothing=params.label_smoothing).backward()
        optimizer.step()
        optimizer.zero_grad()


@torch.inference_mode()
def forward(model: nn.Module, batches: tuple[Tensor, ...]) -> Tensor:
    return torch.cat([model.eval()(x) for x in batches])


def example(train: Split, test: Split, root: Path) -> Row:
    """An epoch of the PyTorch example's network, driven by this project's loop and by its own."""
    models = Net().to(memory_format=torch.channels_last), Net()
    order = torch.randperm(len(train[0])).split(BATCH_SIZE)
    batches = ((normalise(to_float(train[0][chosen])), train[1][chosen].long()) for chosen in order)
    optimizer = Adadelta(models[0].parameters(), lr=1.0)
    given = models[0], batches, NLLLoss(), optimizer, make_scheduler(optimizer, schedule="constant", steps=len(order))
    taken, theirs = medians(
        partial(train_step, *given, max_grad_norm=0), partial(train_epoch, models[1], root), repeats=1
    )
    pixels = normalise(to_float(test[0])).split(100)
    shares = [loss_and_accuracy(forward(model, pixels), test[1])[1] for model in models]
    what = f"an epoch of the PyTorch example's network ({shares[0]:.1%} and {shares[1]:.1%})"
    return make_row(what, "driven as the example does", taken, theirs, None)
