"""The network and all that reads a picture as one HTML file without a server: its JavaScript is in the folder `web`."""

import base64
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from digits.data.handwriting import blots, ink, levels, lines, picture, plain, strokes, surroundings
from digits.network import preprocessing
from digits.network.cnn import CNN
from digits.network.inference import for_inference
from digits.reading import answers, numbers

MODULES = (levels, blots, lines, surroundings, ink, strokes, picture, plain, numbers, answers, preprocessing)
SCRIPTS = (
    *("levels", "pillow", "blots", "lines", "surroundings", "ink", "strokes", "picture", "plain", "numbers", "network"),
    *("answers", "paper", "corrections", "page"),
)
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


def make_page(model: CNN) -> str:
    """Join the page's files, Python's constants and the network."""
    names = [module.__name__.rpartition(".")[2].upper() for module in MODULES]
    constants = dict(zip(names, map(constants_of, MODULES), strict=True)) | {"NETWORK": describe(model)}
    lines = ["'use strict';", *(f"const {name} = {to_script(value)};" for name, value in constants.items())]
    script = "\n".join([*lines, *(read_file(f"{name}.js") for name in SCRIPTS)])
    page = read_file("page.html").replace("{POLICY}", POLICY).replace("{STYLE}", read_file("style.css"))
    return page.replace("{SCRIPT}", script)


def read_file(name: str) -> str:
    return Path(__file__).with_name("web").joinpath(name).read_text(encoding="utf-8")


def constants_of(module: ModuleType) -> dict[str, Any]:
    """Return a module's numbers and words, which stand once, in Python."""
    return {
        name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int | float | str)
    }


def to_script(value: Any) -> str:
    """Write JSON in which no class's name can end the script."""
    return json.dumps(value).replace("<", "\\u003c")


def describe(model: CNN) -> dict[str, Any]:
    """Make the network's part of the page: its form, and kernel and bias of each layer, float32, batch norm inside."""
    tensors = (tensor.detach().contiguous().numpy() for tensor in for_inference(model.cpu()).parameters())
    weights = b"".join(tensor.astype("<f4").tobytes() for tensor in tensors)
    return {
        **model.params.model_dump(),
        "classes": model.classes,
        "pictures": model.pictures,
        "temperature": model.temperature.item(),
        "weights": base64.b64encode(weights).decode(),
    }
