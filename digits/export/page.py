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

WEB = Path(__file__).with_name("web")
MODULES = (levels, blots, lines, surroundings, ink, strokes, picture, plain, numbers, answers, preprocessing)
FORM = ("levels", "pillow", "blots", "lines", "surroundings", "ink", "strokes", "picture", "plain")  # of a picture
SCRIPTS = (*FORM, "numbers", "network", "answers", "paper", "corrections", "page")
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


def make_page(model: CNN) -> str:
    """Join the page's files, Python's constants and the network."""
    constants = [f"const {name_of(module).upper()} = {to_script(constants_of(module))};" for module in MODULES]
    network = f"const NETWORK = {to_script(describe(model))};"
    scripts = [(WEB / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    parts = {"POLICY": POLICY, "STYLE": (WEB / "style.css").read_text(encoding="utf-8")}
    parts["SCRIPT"] = "\n".join(["'use strict';", *constants, network, *scripts])
    page = (WEB / "page.html").read_text(encoding="utf-8")
    for name, text in parts.items():
        page = page.replace(f"{{{name}}}", text)
    return page


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


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
