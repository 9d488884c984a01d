"""Weights on disk: safetensors files that say how to rebuild their model. Nothing is unpickled."""

import json
from operator import index
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from digits.files import write_whole
from digits.model import CNN

KEY = "model"  # one key alone: safetensors writes several in random order


def save_weights(model: CNN, path: Path) -> None:
    """Write the model's tensors and, as metadata, how to rebuild it; the same weights are the same bytes."""
    tensors = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    architecture = {"channels": list(model.channels), "batch_norm": model.batch_norm, "deskew": model.deskew}
    write_whole(path, save(tensors, metadata={KEY: json.dumps(architecture)}))


def load_weights(path: Path, device: torch.device | str = "cpu") -> CNN:
    """Rebuild the model in `path`, ready to predict. ValueError: not safetensors, not one of ours, or not fitting."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); run `dvc repro` to train one") from None
    try:
        architecture = json.loads(metadata[KEY])
        first, second = map(index, architecture["channels"])
        if not 1 <= min(first, second) <= max(first, second) <= 1024:
            raise ValueError("channels out of range")
        options = {name: bool(architecture[name]) for name in ("batch_norm", "deskew")}
        model = CNN(channels=(first, second), **options)
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise ValueError(f"{path}: no description of this project's model in its metadata") from None
    check_fit(path, tensors, model)
    model.load_state_dict(tensors)
    return model.to(device).eval()


def check_fit(path: Path, tensors: dict[str, torch.Tensor], model: CNN) -> None:
    expected = model.state_dict()
    if tensors.keys() != expected.keys():
        missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
        raise ValueError(f"{path}: does not fit its model: missing tensors {missing}, extra tensors {extra}")
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape or tensor.dtype != expected[name].dtype:
            raise ValueError(
                f"{path}: {name} is {tensor.dtype} {list(tensor.shape)}: "
                f"must be {expected[name].dtype} {list(expected[name].shape)}"
            )
        if not tensor.isfinite().all():
            raise ValueError(f"{path}: {name} holds values that are not finite")
