"""Images and labels from disk as torch wants them."""

import warnings
from pathlib import Path

import torch
from torch import Tensor

from digits.data.arrays import load_split


def load_tensors(images: Path, labels: Path, *, classes: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Read images uint8 [N, 28, 28] and labels uint8 [N]: into a GPU's memory, on a CPU mapped from the files.

    Mapped ones are only to be read. ValueError: as `load_split`.
    """
    x, y = load_split(images, labels, classes=classes)
    with warnings.catch_warnings():  # torch wants arrays that may be written to
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)
