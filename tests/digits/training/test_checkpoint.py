from pathlib import Path

import pytest
import torch
from torch.optim import SGD

from digits.training import checkpoint as module
from digits.training.checkpoint import Checkpoint, checkpoint_key
from digits.training.loop import Row
from tests.conftest import cnn
from tests.digits.conftest import assert_same_weights

ROWS = [Row(0, 2.3, 0.1, 2.3, 0.1, 0.0), Row(1, 0.1 + 0.2, 1 / 3, 0.5, 0.9, 1e-9)]


def test_rows_come_back_exactly_by_their_key_and_a_damaged_file_counts_for_nothing(tmp_path: Path) -> None:
    model = cnn()
    optimizer = SGD(model.parameters())
    assert Checkpoint(tmp_path, "key").restore(model, optimizer) == []
    Checkpoint(tmp_path, "key").save(cnn(seed=1), optimizer, ROWS)
    checkpoint = Checkpoint(tmp_path, "key")
    assert checkpoint.restore(model, optimizer) == ROWS
    assert_same_weights(model, cnn(seed=1))
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
    monkeypatch.setattr(torch, "__version__", "0.0")
    keys.append(key())
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "none")
    keys.append(key())
    hashed: set[str] = set()
    monkeypatch.setattr(module, "sha256", lambda path: f"edited {hashed.add(path.name)}")
    keys.append(key())
    assert len(set(keys)) == len(keys)
    assert {"train_images.npy", "augment.py", "cnn.py", "loop.py"} <= hashed
    assert "test_checkpoint.py" not in hashed
