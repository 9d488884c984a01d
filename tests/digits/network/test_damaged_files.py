"""Any damage to a file is refused by its name in one line, or changes nothing but values."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.data.arrays import load_images, save_array
from digits.data.idx import read_idx
from digits.network.cnn import CNN
from digits.network.weights import load_weights, save_weights
from digits.params.model import ModelParams
from tests.drawing import CLASSES, idx

READERS: dict[str, Callable[[Path], object]] = {"idx": read_idx, "npy": load_images, "safetensors": load_weights}
BYTES = (
    st.sampled_from([b"\0", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff" * 4, b"\xff" * 8, b"(", b"[" * 9]) | st.binary()
)


@pytest.fixture(scope="session")
def good(scratch: Path) -> dict[str, bytes]:
    """A small file of each kind."""
    (scratch / "idx").write_bytes(idx(np.zeros((2, 28, 28))))
    save_array(scratch / "npy", np.zeros((1, 28, 28), np.uint8))
    params = ModelParams(channels=[1, 1], padding=0, batch_norm=True, deskew=True)
    save_weights(CNN(params, classes=CLASSES), scratch / "safetensors")
    return {kind: (scratch / kind).read_bytes() for kind in READERS}


@pytest.mark.filterwarnings("ignore:Reading `.npy`")  # numpy's, of a header as Python 2 wrote it
@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_damage_is_refused_by_name(kind: str, good: dict[str, bytes], scratch: Path, data: st.DataObject) -> None:
    content, path = good[kind], scratch / f"damaged.{kind}"
    ends = st.integers(0, min(600, len(content))) | st.integers(max(0, len(content) - 400), len(content))
    for start in data.draw(st.lists(ends, min_size=1, max_size=3)):  # near the headers, before or behind the data
        content = content[:start] + data.draw(BYTES) + content[start + data.draw(st.integers(0, 20)) :]
    path.write_bytes(content)
    refusal = f"{path}: "
    try:
        READERS[kind](path)
    except ValueError as error:
        refusal = str(error)
    assert refusal.startswith(f"{path}: ")
    assert len(refusal.splitlines()) == 1
