"""Inputs to begin with: small files that each reader takes."""

import io
import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from safetensors.torch import save

from digits.data.arrays import save_array
from digits.network.cnn import CNN
from digits.params.model import ModelParams

ROOT = Path(__file__).parents[1]


def idx(folder: Path) -> None:
    for shape in ((3,), (2, 3, 3)):
        content = struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape) + bytes(int(np.prod(shape)))
        (folder / f"{len(shape)}d").write_bytes(content)


def images(folder: Path) -> None:
    save_array(folder / "images", np.zeros((1, 28, 28), np.uint8))
    for name, array in (("objects", np.zeros(2, [("a", "O")])), ("fortran", np.ones((2, 2), order="F"))):
        with (folder / name).open("wb") as file:
            np.save(file, array)


def params(folder: Path) -> None:
    text = (ROOT / "params.yaml").read_text()
    (folder / "short").write_text(yaml.safe_dump(yaml.safe_load(text), default_flow_style=True, width=1 << 20))
    for kind in (
        "&a [*a]",
        "!!float abc",
        "<<: {a: 1}",
        "{a: 1, a: 2}",
        "2001-01-01 00:00:00+01:00",
        "1:2:3.4",
        "|\n a",
    ):
        (folder / f"{len(kind)}").write_text(kind)


def weights(folder: Path) -> None:
    model = CNN(ModelParams(channels=[1, 1], padding=0, batch_norm=False, deskew=False), classes="01")
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    architecture = {"channels": [1, 1], "padding": 0, "batch_norm": False, "deskew": False, "classes": ["0", "1"]}
    (folder / "whole").write_bytes(save(tensors, metadata={"model": json.dumps(architecture)}))
    (folder / "other").write_bytes(save({}, metadata={"model": json.dumps(architecture)}))


def pickles(folder: Path) -> None:
    values = [1, 2.5, "text", b"bytes", ("a", None), {"k": {True, False}}, 1 << 300, io.StringIO, "x" * 1200]
    for protocol in range(6):
        (folder / f"protocol{protocol}").write_bytes(pickle.dumps(values, protocol=protocol))


SEEDS: dict[str, Callable[[Path], None]] = {
    "read_idx": idx,
    "load_images": images,
    "load_params": params,
    "load_weights": weights,
    "byte_strings": pickles,
}


def write_seeds(name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    SEEDS[name](folder)
