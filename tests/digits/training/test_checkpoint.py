from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, Optimizer

from digits.network.cnn import CNN
from digits.training import checkpoint as module
from digits.training.augment import Augmentation
from digits.training.batches import TrainingBatches, plain_batches
from digits.training.checkpoint import Checkpoint, checkpoint_key
from digits.training.loop import Row, fit
from digits.training.schedule import make_scheduler
from tests.conftest import cnn
from tests.digits.conftest import FEW, Tensors, assert_same_weights

ROWS = [Row(0, 2.3, 0.1, 2.3, 0.1, 0.0), Row(1, 0.1 + 0.2, 1 / 3, 0.5, 0.9, 1e-9)]


def with_dropout(model: CNN) -> CNN:
    model.classifier = nn.Sequential(nn.Dropout(0.5), model.classifier)  # type: ignore[assignment]
    return model


def training(model: CNN, optimizer: Optimizer, split: Tensors, done: int) -> Any:
    """The epochs of a training of three that are not done."""
    train = TrainingBatches(model, *split, batch_size=16, augmentation=Augmentation(shift=1), repeats=2, seed=0)
    taken = max(0, done - 1) * len(train)
    scheduler = make_scheduler(optimizer, schedule="one_cycle", steps=3 * len(train), done=taken)
    loss_fn, test = nn.CrossEntropyLoss(), list(plain_batches(model, *split))
    return fit(model, train, test, loss_fn, optimizer, scheduler, epochs=range(done, 4), max_grad_norm=1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: SGD(parameters, 0.05, 0.9, nesterov=True, weight_decay=0.01),
        lambda parameters: Adam(parameters, 0.01),
    ],
)
@pytest.mark.parametrize("epochs", [1, 2])
def test_a_training_goes_on_from_it_to_the_same_bits(
    tmp_path: Path, make: Callable[..., Optimizer], epochs: int
) -> None:
    whole, killed, heir = (with_dropout(cnn(seed=seed)) for seed in (0, 0, 1))
    rows = list(training(whole, make(whole.parameters()), FEW, 0))
    optimizer = make(killed.parameters())
    before = list(islice(training(killed, optimizer, FEW, 0), epochs))
    Checkpoint(tmp_path, "key").save(killed, optimizer, before)

    torch.manual_seed(99)
    optimizer = make(heir.parameters())
    restored = Checkpoint(tmp_path, "key").restore(heir, optimizer)
    assert restored == before
    assert_same_weights(heir, killed)
    assert restored + list(training(heir, optimizer, FEW, epochs)) == rows
    assert_same_weights(heir, whole)


def test_rows_come_back_exactly_by_their_key_and_a_damaged_file_counts_for_nothing(tmp_path: Path) -> None:
    model = cnn()
    optimizer = SGD(model.parameters())
    assert Checkpoint(tmp_path, "key").restore(model, optimizer) == []
    Checkpoint(tmp_path, "key").save(cnn(seed=1), optimizer, ROWS)
    assert Checkpoint(tmp_path, "other").restore(model, optimizer) == []
    assert_same_weights(model, cnn())
    checkpoint = Checkpoint(tmp_path, "key")
    assert checkpoint.restore(model, optimizer) == ROWS
    for kept in (-1, 0):
        model = cnn()
        checkpoint.state.write_bytes(checkpoint.state.read_bytes()[:kept])
        assert checkpoint.restore(model, optimizer) == []
        assert_same_weights(model, cnn())


def test_a_new_key_replaces_the_old_one_with_all_that_is_kept_beside_it(tmp_path: Path) -> None:
    model = cnn()
    (tmp_path / ".DS_Store").touch()  # a stray file is no reason to end a training
    for key in ("old", "new"):
        checkpoint = Checkpoint(tmp_path, key)
        checkpoint.snapshots.mkdir(parents=True)
        (checkpoint.snapshots / "one").touch()
        checkpoint.save(model, SGD(model.parameters()), ROWS)
    kept = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert kept == [".DS_Store", "new/snapshots/one", "new/state.safetensors"]
    checkpoint.remove()
    checkpoint.remove()
    assert not tmp_path.exists()


def test_the_key_follows_everything_that_decides_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "train_images.npy"
    data.write_bytes(b"one")

    def key() -> str:
        return checkpoint_key(["a", "b"], [data])

    keys = [key(), checkpoint_key(["ab", ""], [data])]
    assert key() == keys[0]
    data.write_bytes(b"two")
    keys.append(key())
    for owner, name, other in (
        (torch, "__version__", "0.0"),
        (torch.backends.cpu, "get_cpu_capability", lambda: "none"),
        (module, "file_hash", lambda path: f"{path.name} edited"),
    ):
        monkeypatch.setattr(owner, name, other)
        keys.append(key())
    assert len(set(keys)) == len(keys)
    hashed: set[str] = set()
    monkeypatch.setattr(module, "file_hash", lambda path: str(hashed.add(path.name)))
    key()
    assert {"train_images.npy", "augment.py", "cnn.py", "loop.py"} <= hashed
    assert "test_checkpoint.py" not in hashed
