"""Any damage to a file is refused by its name in one line, or changes nothing but values. `make fuzz` tries more."""

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.arrays import load_images, save_array
from digits.data.handwriting.picture import mnist_form, open_picture
from digits.data.idx import read_idx
from digits.data.sources.package import byte_strings
from digits.network.weights import load_weights, save_weights
from digits.params.model import ModelParams
from digits.pipeline.parameters import load_params
from tests.conftest import cnn
from tests.digits.data.handwriting.test_picture import saved
from tests.drawing import idx
from tests.handwriting import written
from tests.imports import ROOT

PICTURES = ("PNG", "JPEG", "GIF", "TIFF", "BMP")
READERS: dict[str, Callable[[Path], object]] = {
    "idx": read_idx,
    "npy": load_images,
    "yaml": partial(load_params, "model", ModelParams),
    "safetensors": load_weights,
    "pickle": lambda path: byte_strings(path.read_bytes()),
    **dict.fromkeys(PICTURES, lambda path: mnist_form(open_picture(path))),
}
NUMBERS = st.sampled_from([b"\0", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff" * 4, b"\xff" * 8])
WORDS = st.sampled_from([b"PK", b"[" * 9, b"'|O'", b"(9999999999,)", b"&a [*a]", b"!!float ", b"<<: ", b"1e999"])


@pytest.fixture(scope="session")
def good(scratch: Path) -> dict[str, bytes]:
    save_array(scratch / "npy", np.zeros((1, 28, 28), np.uint8))
    save_weights(cnn(), scratch / "safetensors")
    return {
        "idx": idx(np.zeros((2, 28, 28))),
        "npy": (scratch / "npy").read_bytes(),
        "yaml": (ROOT / "params.yaml").read_bytes(),
        "safetensors": (scratch / "safetensors").read_bytes(),
        **{kind: saved(written(8, size=40), kind) for kind in PICTURES},
        "pickle": pickle.dumps([1, 2.5, "text", b"bytes", ("a", None), {"k": {True}}, 1 << 300, "x" * 1200], 2),
    }


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")  # in a pickle, by pickletools
@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_any_damage_is_refused_by_name(kind: str, good: dict[str, bytes], scratch: Path, data: st.DataObject) -> None:
    content, path = good[kind], scratch / f"damaged.{kind}"
    ends = st.integers(0, min(600, len(content))) | st.integers(max(0, len(content) - 400), len(content))
    for start in data.draw(st.lists(ends, min_size=1, max_size=3)):  # near the headers, before or behind the data
        piece, gone = data.draw(NUMBERS | WORDS | st.binary()), data.draw(st.integers(0, 20))
        content = content[:start] + piece + content[start + gone :]
    path.write_bytes(content)
    refusal = f"{path}: "
    try:
        READERS[kind](path)
    except ValueError as error:
        refusal = str(error)
    if kind not in ("pickle", *PICTURES):  # whose readers' callers know the file
        assert refusal.startswith(f"{path}: ")
        assert len(refusal.splitlines()) == 1
