import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from digits.export import onnx
from digits.export.__main__ import main
from digits.export.onnx import PACKAGES
from digits.network.cnn import CNN
from digits.network.prediction import BATCH, make_predictions
from digits.network.weights import save_weights
from tests.conftest import cnn
from tests.drawing import DRAWN
from tests.imports import ROOT


@pytest.fixture(autouse=True, scope="module")
def packages() -> None:
    for name in PACKAGES:
        pytest.importorskip(name, reason="needs `make extras`")


@pytest.fixture(scope="module", params=[True, False], ids=["deskewing", "not deskewing"])
def exported(request: pytest.FixtureRequest, reader: CNN, scratch: Path) -> tuple[CNN, Any]:
    import onnxruntime

    model = deepcopy(reader) if request.param else cnn(deskew=False).eval()
    model.temperature.fill_(1.7)
    save_weights(model, scratch / "model.safetensors")
    main(scratch / "model.onnx", scratch / "model.safetensors")
    return model, onnxruntime.InferenceSession(scratch / "model.onnx", providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("count", [0, 1, BATCH, BATCH + 1, 250])
def test_the_probabilities_are_torchs(exported: tuple[CNN, Any], count: int) -> None:
    model, session = exported
    extremes = [np.full((1, 28, 28), level, np.uint8) for level in (0, 255)]
    noise = np.random.default_rng(0).integers(0, 256, (100, 28, 28), np.uint8)
    images = np.concatenate([*extremes, DRAWN[0][0][:148], noise])[-count or 250 :]
    (probabilities,) = session.run(["probabilities"], {"images": images})
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, make_predictions(model, images).numpy(), atol=1e-5, rtol=0)


def test_the_file_describes_itself_and_nothing_of_this_machine(exported: tuple[CNN, Any], scratch: Path) -> None:
    model, session = exported
    (images,), (probabilities,) = session.get_inputs(), session.get_outputs()
    assert (images.name, images.type, images.shape) == ("images", "tensor(uint8)", ["N", 28, 28])
    form = probabilities.name, probabilities.type, probabilities.shape
    assert form == ("probabilities", "tensor(float)", ["N", len(model.classes)])
    told = session.get_modelmeta().custom_metadata_map
    assert (json.loads(told["classes"]), told["pictures"]) == (list(model.classes), model.pictures)
    content = (scratch / "model.onnx").read_bytes()
    assert str(ROOT).encode() not in content
    assert b".py" not in content


def test_other_answers_than_torchs_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save_weights(cnn(), tmp_path / "model.safetensors")
    monkeypatch.setattr(onnx, "softmax", lambda _, logits: torch.softmax(logits * 1.01, 1))
    with pytest.raises(ValueError, match="is off by"):
        main(tmp_path / "model.onnx", tmp_path / "model.safetensors")
    assert not (tmp_path / "model.onnx").exists()
