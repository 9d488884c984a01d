"""Where a training stands, on disk, so that a killed one goes on instead of starting again.

It lies outside DVC's outputs, which DVC removes before a stage runs. An epoch's random numbers depend on the seed and
the epoch's number alone, so the states of model and optimizer and the history are all there is to keep.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor
from torch.optim import Optimizer

from digits.data.sums import sha256
from digits.network.cnn import CNN
from digits.pipeline.files import write_whole
from digits.training.distributed import broadcast, is_main_process
from digits.training.loop import Row

ROOT = Path(__file__).parents[2]


class Checkpoint:
    """The state after the last finished epoch, in `folder/<key>`: it is found again only under the same key."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.snapshots = folder / key[:16] / "snapshots"  # for the caller to keep files in that must survive as well
        self.state = folder / key[:16] / "state.safetensors"

    def save(self, model: CNN, optimizer: Optimizer, rows: list[Row]) -> None:
        """Replace the state, atomically; other trainings' folders go."""
        for other in self.folder.glob("*"):
            if other.is_dir() and other != self.state.parent:
                shutil.rmtree(other)
        tensors = {"rows": torch.tensor([list(row.known().values()) for row in rows], dtype=torch.float64)}
        tensors |= {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
        tensors |= {
            f"optimizer.{number}.{name}": tensor
            for number, state in optimizer.state_dict()["state"].items()
            for name, tensor in state.items()
            if isinstance(tensor, Tensor)
        }
        content = safetensors.torch.save({name: tensor.contiguous().cpu() for name, tensor in tensors.items()})
        write_whole(self.state, content)

    def restore(self, model: CNN, optimizer: Optimizer) -> list[Row]:
        """Bring model and optimizer to the state that the main process saved; return the rows up to there, or none."""
        content = self.state.read_bytes() if is_main_process() and self.state.is_file() else b""
        try:
            tensors = safetensors.torch.load(broadcast(content))
        except SafetensorError:  # there is none, or a damaged one
            return []
        states: dict[int, dict[str, Tensor]] = {}
        for name in [name for name in tensors if name.startswith("optimizer.")]:
            _, number, key = name.split(".", 2)
            states.setdefault(int(number), {})[key] = tensors[name]
        model.load_state_dict({name: tensors[f"model.{name}"] for name in model.state_dict()})
        optimizer.load_state_dict(optimizer.state_dict() | {"state": states})
        return [Row(int(epoch), *values) for epoch, *values in tensors["rows"].tolist()]

    def remove(self) -> None:
        """Forget everything: the training is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)


def checkpoint_key(parameters: Iterable[str], data: Iterable[Path]) -> str:
    """Hash all that decides a training's bytes: parameters, data, loaded code of ours, torch, the processor."""
    folders = (ROOT / "digits", ROOT / "stages")
    loaded = {Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    code = sorted(path for path in loaded if any(path.is_relative_to(folder) for folder in folders))
    processor = torch.backends.cpu.get_cpu_capability()
    digest = hashlib.sha256()
    for part in (*parameters, torch.__version__, np.__version__, processor, *(sha256(p) for p in (*data, *code))):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()
