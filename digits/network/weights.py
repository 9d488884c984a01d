"""Weights on disk: safetensors files that say how to rebuild their model. Nothing is unpickled."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from digits.data.classes import check_classes, check_kind
from digits.network.cnn import CNN
from digits.params.model import ModelParams
from digits.pipeline.files import write_whole

MODEL = Path("models/cnn.safetensors")  # of the pipeline
READER = Path("studies/reader/reader.safetensors")  # of people's digits, committed
KEY = "model"  # one key alone: safetensors writes several in random order
LIMITS = (-1e6, 1e6)  # of a weight; beyond its limits answers become NaN
OWN_LIMITS = {"temperature": (1e-3, 1e3), "running_var": (0, 1e6)}


def save_weights(model: CNN, path: Path) -> None:
    """Write the model's tensors, parameters, classes and kind of pictures; the same model is the same bytes."""
    tensors = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    description = json.dumps({**model.params.model_dump(), "classes": model.classes, "pictures": model.pictures})
    write_whole(path, save(tensors, metadata={KEY: description}))


def choose_weights() -> Path:
    """Return what the commands read pictures with by default: the reader, where it has been made."""
    return READER if READER.is_file() else MODEL


def load_weights(path: Path, device: torch.device | str = "cpu") -> CNN:
    """Rebuild the model in `path`, ready to predict. ValueError: not safetensors, not one of ours, or not fitting."""
    try:
        if not path.is_file():
            raise ValueError("there is no such file")
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); run `dvc repro` to train one") from None
    try:
        description = {"padding": 1, "pictures": "strokes"} | json.loads(metadata[KEY])  # older files don't say these
        classes = check_classes(description.pop("classes"))
        kind = check_kind(description.pop("pictures"))
        params = ModelParams.model_validate(description)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        raise ValueError(f"{path}: no description of this project's model in its metadata") from None
    with torch.device("meta"):  # a large one that the file does not hold takes no memory
        check_tensors(path, tensors, CNN(params, classes=classes, pictures=kind).state_dict())
    model = CNN(params, classes=classes, pictures=kind)
    model.load_state_dict(tensors)
    return model.to(device).eval()


def check_tensors(path: Path, tensors: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    """ValueError: other names, dtypes or shapes than expected, or values so extreme that answers would be NaN."""
    if tensors.keys() != expected.keys():
        missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
        named = f"missing tensors {missing[:9]}, extra tensors {extra[:9]}"
        raise ValueError(f"{path}: does not fit its model: {named:.500}")
    for name, tensor in tensors.items():
        found, wanted = (f"{t.dtype} {list(t.shape)}" for t in (tensor, expected[name]))
        if found != wanted:
            raise ValueError(f"{path}: {name} is {found:.100}: must be {wanted}")
        low, high = OWN_LIMITS.get(name.rpartition(".")[2], LIMITS)
        if tensor.is_floating_point() and not ((low <= tensor) & (tensor <= high)).all():
            raise ValueError(f"{path}: {name} holds values that are not {low:,g} to {high:,g}")
