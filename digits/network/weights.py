"""Weights on disk: safetensors files that say how to rebuild their model. Nothing is unpickled."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from digits.data.classes import check_classes
from digits.network.cnn import CNN
from digits.pipeline.files import write_whole

MODEL = Path("models/cnn.safetensors")  # which the commands use by default
DESCRIBING = ("channels", "padding", "batch_norm", "deskew", "classes")  # what CNN takes
KEY = "model"  # one key alone: safetensors writes several in random order
WIDEST = 1024  # channels
HEADER = 1 << 16  # bytes that name and describe the tensors; ours take 2,000


def save_weights(model: CNN, path: Path) -> None:
    """Write the model's tensors and, as metadata, how to rebuild it; the same weights are the same bytes."""
    tensors = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    architecture = {name: getattr(model, name) for name in DESCRIBING}
    write_whole(path, save(tensors, metadata={KEY: json.dumps(architecture)}))


def load_weights(path: Path, device: torch.device | str = "cpu") -> CNN:
    """Rebuild the model in `path`, ready to predict. ValueError: not safetensors, not one of ours, or not fitting."""
    try:
        with path.open("rb") as start:
            if int.from_bytes(start.read(8), "little") > HEADER:
                raise ValueError("its header is too long")
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); run `dvc repro` to train one") from None
    try:
        architecture = described({"padding": 1} | json.loads(metadata[KEY]))  # older files, all padded, don't say so
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ValueError(f"{path}: no description of this project's model in its metadata") from None
    with torch.device("meta"):  # a large one that the file does not hold takes no memory
        check_fit(path, tensors, CNN(**architecture))
    model = CNN(**architecture)
    model.load_state_dict(tensors)
    return model.to(device).eval()


def described(metadata: dict[str, Any]) -> dict[str, Any]:
    """What CNN takes. ValueError: other keys, other types, too wide, or no names of classes."""
    first, second = metadata["channels"]
    if set(metadata) != set(DESCRIBING):
        raise ValueError("other keys")
    if not all(type(n) is int and 1 <= n <= WIDEST for n in (first, second)):
        raise ValueError("no numbers of channels")
    if type(metadata["padding"]) is not int or metadata["padding"] not in (0, 1):
        raise ValueError("neither padding nor none")
    if not all(type(metadata[name]) is bool for name in ("batch_norm", "deskew")):
        raise ValueError("neither true nor false")
    if not all(type(name) is str for name in metadata["classes"]):
        raise ValueError("no names of classes")
    return metadata | {"channels": (first, second), "classes": check_classes(metadata["classes"])}


def check_fit(path: Path, tensors: dict[str, torch.Tensor], model: CNN) -> None:
    expected = model.state_dict()
    if tensors.keys() != expected.keys():
        missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
        named = f"missing tensors {missing[:9]}, extra tensors {extra[:9]}"
        raise ValueError(f"{path}: does not fit its model: {named:.500}")
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape or tensor.dtype != expected[name].dtype:
            raise ValueError(
                f"{path}: {name} is {tensor.dtype} {list(tensor.shape)}: "
                f"must be {expected[name].dtype} {list(expected[name].shape)}"
            )
        if not tensor.isfinite().all():
            raise ValueError(f"{path}: {name} holds values that are not finite")
        if (name.endswith("running_var") and (tensor < 0).any()) or (name == "temperature" and tensor <= 0):
            raise ValueError(f"{path}: {name} holds values that are not positive")
