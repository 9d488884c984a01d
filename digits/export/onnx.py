"""The trained network as an ONNX file, for programs without torch: `python -m digits.export model.onnx`.

Input `images`: uint8 [N, 28, 28], 0 background to 255 ink. Output `probabilities`: float32 [N, classes], rows that sum
to 1. All between is inside: scaling, deskewing if the model does it, normalising, temperature and softmax. The file's
metadata names the classes, a JSON list under `classes`, and under `pictures` how pictures become images.
"""

import json
import logging
import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from digits.data.arrays import SIDE
from digits.network.cnn import CNN
from digits.network.prediction import BATCH, make_predictions, softmax

PACKAGES = ("onnx", "onnxruntime", "onnxscript")
TOLERANCE = 1e-5
OPSET = 20  # the first that resamples images on a grid as torch does: deskewing


class Predictor(nn.Module):
    """Images uint8 [N, 28, 28] → probabilities float32 [N, classes]: `make_predictions` without a loop over batches."""

    def __init__(self, model: CNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """Compute the probabilities of a batch."""
        return softmax(self.model, self.model(self.model.preprocess(images)))


def check_packages() -> None:
    """ValueError: one that `to_onnx` needs is missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise ValueError(f"{', '.join(missing)} not installed: run `make extras`")


def to_onnx(model: CNN) -> bytes:
    """Make the file's content. ValueError: it would not answer as torch does."""
    import onnx

    logging.disable(logging.WARNING)  # the exporter's remarks on opsets

    count = torch.export.Dim("N", min=1)
    example = torch.zeros(2, SIDE, SIDE, dtype=torch.uint8)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # about the exporter's own use of torch
        graph = torch.export.export(Predictor(model.cpu()).eval(), (example,), dynamic_shapes={"images": {0: count}})
        exported = torch.onnx.export(
            graph.run_decompositions(),
            input_names=["images"],
            output_names=["probabilities"],
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    proto: Any = exported.model_proto  # type: ignore[union-attr]
    remove_notes(proto)
    onnx.helper.set_model_props(proto, {"classes": json.dumps(model.classes), "pictures": model.pictures})
    onnx.checker.check_model(proto, full_check=True)
    content: bytes = proto.SerializeToString()
    check_answers(model, content)
    return content


def remove_notes(proto: Any) -> None:
    """Name the open dimension, and remove the exporter's notes, which hold paths of this machine."""
    for value in (*proto.graph.input, *proto.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "N"
        value.ClearField("metadata_props")
    for node in proto.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for part in (proto, proto.graph):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    del proto.graph.value_info[:]  # shapes in between, which any reader infers


def check_answers(model: CNN, content: bytes) -> None:
    """Compare onnxruntime's answers to made-up images with torch's. ValueError: they differ by more than TOLERANCE."""
    import onnxruntime

    random = np.random.default_rng(0)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for count in (1, 2 * BATCH + 1):
        images = np.where(random.random((count, SIDE, SIDE)) < 0.1, 255, 0).astype(np.uint8)
        (answers,) = session.run(None, {"images": images})
        error = float(np.abs(answers - make_predictions(model, images).numpy()).max())
        if not error <= TOLERANCE:
            raise ValueError(
                f"the exported network is off by {error:.2g} for {count} images: at most {TOLERANCE} is allowed"
            )
