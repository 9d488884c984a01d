"""Where a training stands, on disk, so that a killed one goes on instead of starting again.

It lies outside DVC's outputs, which DVC removes before a stage runs. An epoch's random numbers depend on the seed and
the epoch's number alone, so weights, momentum and history are all there is to keep.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from digits.network.cnn import CNN
from digits.pipeline.files import write_whole
from digits.training.loop import Row
from digits.training.optimizer import SGD

KEY = "rows"  # one key alone: safetensors writes several in random order
ROOT = Path(__file__).parents[2]


class Checkpoint:
    """The state after the last finished epoch, in `folder/<key>`: it is found again only under the same key."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.snapshots = folder / key[:16] / "snapshots"  # for the caller to keep files in that must survive as well
        self.state = folder / key[:16] / "state.safetensors"

    def save(self, model: CNN, optimizer: SGD, rows: list[Row]) -> None:
        """Replace the state, atomically; others' under `folder` go."""
        for other in self.folder.glob("*"):
            if other != self.state.parent:
                shutil.rmtree(other)
        contiguous = {name: tensor.contiguous().cpu() for name, tensor in state_of(model, optimizer).items()}
        write_whole(self.state, save(contiguous, metadata={KEY: json.dumps(rows)}))

    def restore(self, model: CNN, optimizer: SGD) -> list[Row]:
        """Bring model and optimizer to the saved state; the rows up to there, or none where nothing usable is saved."""
        try:
            with safe_open(self.state, framework="pt") as file:
                rows = [Row(*row) for row in json.loads(file.metadata()[KEY])]
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError):
            return []
        live = state_of(model, optimizer)
        if {n: (t.shape, t.dtype) for n, t in tensors.items()} != {n: (t.shape, t.dtype) for n, t in live.items()}:
            return []
        for name, tensor in live.items():
            tensor.copy_(tensors[name])
        return rows

    def remove(self) -> None:
        """Forget everything: the training is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)


def state_of(model: CNN, optimizer: SGD) -> dict[str, Tensor]:
    """All that a training changes, by name: the tensors themselves, no copies."""
    velocities = {f"velocity.{i}": velocity for i, velocity in enumerate(optimizer.velocities)}
    return {f"model.{name}": tensor for name, tensor in model.state_dict().items()} | velocities


def checkpoint_key(parameters: Iterable[str], data: Iterable[Path]) -> str:
    """SHA-256 of all that decides a training's bytes: parameters, data, loaded code of ours, torch, the processor."""
    folders = (ROOT / "digits", ROOT / "stages")
    loaded = {Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    code = sorted(path for path in loaded if any(path.is_relative_to(folder) for folder in folders))
    processor = torch.backends.cpu.get_cpu_capability()
    digest = hashlib.sha256()
    for part in (*parameters, torch.__version__, np.__version__, processor, *(file_hash(p) for p in (*data, *code))):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
