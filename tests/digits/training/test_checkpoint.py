import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from digits.network.cnn import CNN
from digits.training import checkpoint as module
from digits.training.checkpoint import Checkpoint, checkpoint_key
from digits.training.loop import Row, fit
from digits.training.optimizer import SGD
from tests.digits.conftest import Tensors, assert_same_weights

Build, Arguments = Callable[..., CNN], Callable[..., dict[str, Any]]
ROWS = [Row(0, 2.3, 0.1, 2.3, 0.1, 0.0), Row(1, 0.1 + 0.2, 1 / 3, 0.5, 0.9, 1e-9)]


def trained(cnn: Build, few: Tensors, arguments: dict[str, Any], momentum: float) -> Any:
    model = cnn()
    optimizer = SGD(model.parameters(), momentum=momentum, weight_decay=0.01)
    return model, optimizer, fit(model, optimizer, few, few, **arguments)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_training_goes_on_from_it_to_the_same_bits(
    cnn: Build, few: Tensors, fit_arguments: Arguments, tmp_path: Path, momentum: float
) -> None:
    model, _, epochs = trained(cnn, few, fit_arguments(epochs=3), momentum)
    rows = list(epochs)
    killed, optimizer, epochs = trained(cnn, few, fit_arguments(epochs=3), momentum)
    before = [next(epochs), next(epochs)]
    Checkpoint(tmp_path, "key").save(killed, optimizer, before)

    heir = cnn(seed=1)
    optimizer = SGD(heir.parameters(), momentum=momentum, weight_decay=0.01)
    restored = Checkpoint(tmp_path, "key").restore(heir, optimizer)
    assert restored == before
    assert_same_weights(heir, killed)
    after = list(fit(heir, optimizer, few, few, **fit_arguments(epochs=3, done=2)))
    assert restored + after == rows
    assert_same_weights(heir, model)


def test_rows_come_back_exactly(cnn: Build, tmp_path: Path) -> None:
    model = cnn()
    Checkpoint(tmp_path, "key").save(model, SGD(model.parameters(), momentum=0, weight_decay=0), ROWS)
    assert Checkpoint(tmp_path, "key").restore(model, SGD(model.parameters(), momentum=0, weight_decay=0)) == ROWS


def test_without_one_or_with_another_key_the_model_stays_as_it_is(cnn: Build, tmp_path: Path) -> None:
    model = cnn()
    optimizer = SGD(model.parameters(), momentum=0, weight_decay=0)
    assert Checkpoint(tmp_path, "key").restore(model, optimizer) == []
    Checkpoint(tmp_path, "key").save(cnn(seed=1), optimizer, ROWS)
    assert Checkpoint(tmp_path, "other").restore(model, optimizer) == []
    assert_same_weights(model, cnn())


def test_what_is_kept_beside_the_state_goes_with_its_key(cnn: Build, tmp_path: Path) -> None:
    model = cnn()
    for key in ("old", "new"):
        checkpoint = Checkpoint(tmp_path, key)
        checkpoint.snapshots.mkdir(parents=True)
        (checkpoint.snapshots / "one").touch()
        checkpoint.save(model, SGD(model.parameters(), momentum=0, weight_decay=0), ROWS)
    kept = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert kept == ["new/snapshots/one", "new/state.safetensors"]


def test_a_new_key_s_state_replaces_the_old_one_s(cnn: Build, tmp_path: Path) -> None:
    model = cnn()
    optimizer = SGD(model.parameters(), momentum=0, weight_decay=0)
    Checkpoint(tmp_path, "old").save(model, optimizer, ROWS)
    Checkpoint(tmp_path, "new").save(model, optimizer, ROWS)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    Checkpoint(tmp_path / "kept", "new").remove()
    Checkpoint(tmp_path, "new").remove()
    assert not tmp_path.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b"\xff" * 1000),
        lambda path: save_file({"model.x": torch.zeros(1)}, path),
        lambda path: save_file({"model.x": torch.zeros(1)}, path, metadata={"rows": "[[0]]"}),
        lambda path: save_file({"velocity.0": torch.zeros(7)}, path, metadata={"rows": json.dumps(ROWS)}),
    ],
)
def test_a_damaged_one_counts_for_nothing(cnn: Build, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    checkpoint = Checkpoint(tmp_path, "key")
    model = cnn()
    optimizer = SGD(model.parameters(), momentum=0, weight_decay=0)
    checkpoint.save(cnn(seed=1), optimizer, ROWS)
    damage(checkpoint.state)
    assert checkpoint.restore(model, optimizer) == []
    assert_same_weights(model, cnn())


def test_one_of_another_network_changes_not_a_single_weight(cnn: Build, tmp_path: Path) -> None:
    model = cnn()
    optimizer = SGD(model.parameters(), momentum=0, weight_decay=0)
    Checkpoint(tmp_path, "key").save(
        CNN(channels=(4, 9), padding=1, batch_norm=True, deskew=False, classes="0123456789"), optimizer, ROWS
    )
    assert Checkpoint(tmp_path, "key").restore(model, optimizer) == []
    assert_same_weights(model, cnn())


def test_the_key_follows_the_code_that_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: set[str] = set()
    monkeypatch.setattr(module, "file_hash", lambda path: str(hashed.add(path.name)))
    checkpoint_key(["a"], [tmp_path / "data.npz"])
    assert {"data.npz", "augment.py", "cnn.py", "loop.py", "parameters.py"} <= hashed
    assert "test_checkpoint.py" not in hashed


def test_the_key_follows_everything_that_decides_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "train.npz"
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
    monkeypatch.setattr(module, "file_hash", lambda path: f"{path.name} edited")
    keys.append(key())
    assert len(set(keys)) == len(keys)
