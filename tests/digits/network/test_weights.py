import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from digits.network.cnn import CNN
from digits.network.weights import load_weights, save_weights
from digits.params.model import ModelParams
from tests.conftest import cnn
from tests.drawing import CLASSES

Tensors = dict[str, Tensor]
HEAD = "classifier.weight"
ARCHITECTURE = {"channels": [4, 8], "padding": 1, "batch_norm": True, "deskew": False, "classes": list("0123456789")}


def tensors_of(model: CNN) -> Tensors:
    return {name: tensor.contiguous() for name, tensor in model.state_dict().items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cnn.safetensors"


@pytest.mark.parametrize(("padding", "batch_norm", "deskew"), [(0, True, False), (1, False, True)])
def test_what_is_saved_is_loaded_to_the_same_bytes(path: Path, padding: int, batch_norm: bool, deskew: bool) -> None:
    model = cnn(padding=padding, batch_norm=batch_norm, deskew=deskew, seed=3)
    model.temperature.fill_(1.5)
    model.pictures = "plain"
    model(torch.rand(9, 1, 28, 28))
    save_weights(model, path)
    loaded = load_weights(path)
    assert loaded.params == ModelParams(channels=[4, 8], padding=padding, batch_norm=batch_norm, deskew=deskew)
    assert (loaded.classes, loaded.pictures) == (CLASSES, "plain")
    assert not loaded.training
    torch.testing.assert_close(loaded.state_dict(), model.state_dict(), atol=0, rtol=0)
    save_weights(loaded, path.with_name("again"))
    assert path.with_name("again").read_bytes() == path.read_bytes()


def test_an_older_file_that_does_not_speak_of_padding_and_pictures_is_read(path: Path) -> None:
    tensors = tensors_of(cnn())
    older = {name: value for name, value in ARCHITECTURE.items() if name != "padding"}
    save_file(tensors, path, metadata={"model": json.dumps(older)})
    loaded = load_weights(path)
    assert (loaded.params.padding, loaded.pictures) == (1, "strokes")
    torch.testing.assert_close(loaded.state_dict(), tensors, atol=0, rtol=0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda tensors: tensors.pop(HEAD), f"missing tensors ['{HEAD}'], extra tensors []"),
        (lambda tensors: tensors.update(x=torch.zeros(1)), "missing tensors [], extra tensors ['x']"),
        (lambda tensors: tensors.update({HEAD: torch.zeros(10, 7)}), f"{HEAD} is torch.float32 [10, 7]: must be"),
        (lambda tensors: tensors.update({HEAD: tensors[HEAD].double()}), f"{HEAD} is torch.float64 [10, 392]: must"),
        (lambda tensors: tensors[HEAD].fill_(math.nan), f"{HEAD} holds values that are not -1e+06 to 1e+06"),
        (lambda tensors: tensors["temperature"].fill_(1001), "temperature holds values that are not 0.001 to 1,000"),
        (
            lambda tensors: tensors["features.0.1.running_var"].neg_(),
            "running_var holds values that are not 0 to",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_refused(path: Path, change: Callable[[Tensors], object], reason: str) -> None:
    tensors = tensors_of(cnn())
    change(tensors)
    save_file(tensors, path, metadata={"model": json.dumps(ARCHITECTURE)})
    with pytest.raises(ValueError, match=rf"cnn\.safetensors: .*{re.escape(reason)}"):
        load_weights(path)


CHANGES = (
    {"channels": [4.0, 8]},
    {"channels": [4, 8, 16, 32, 64]},
    {"classes": ["one"]},
    {"more": 1},
    {"pictures": "pixels"},
)
OTHERS = ["no JSON", *(json.dumps(ARCHITECTURE | change) for change in CHANGES)]
OTHERS += [json.dumps({k: v for k, v in ARCHITECTURE.items() if k != key}) for key in ("channels", "classes")]


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, *({"model": other} for other in OTHERS)])
def test_another_description_is_refused_by_name(path: Path, metadata: dict[str, str] | None) -> None:
    save_file({"x": torch.zeros(1)}, path, metadata=metadata)
    with pytest.raises(ValueError, match=r"cnn\.safetensors: no description of this project's model"):
        load_weights(path)
