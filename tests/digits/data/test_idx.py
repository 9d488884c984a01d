import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digits.data.idx import FILES, read_split, write_idx
from tests.drawing import DRAWN, idx

IMAGES, LABELS = FILES[:2]


def test_what_is_written_is_read(raw: Path) -> None:
    for name, split in zip(("train", "t10k"), DRAWN, strict=True):
        for read, written in zip(read_split(raw, name), split, strict=True):
            assert read.dtype == np.uint8
            np.testing.assert_array_equal(read, written)
            write_idx(raw / "file", written)
            assert (raw / "file").read_bytes() == idx(written)


@pytest.mark.parametrize(
    ("name", "damage", "reason"),
    [
        (IMAGES, lambda _: b"", "magic number 0x00000000: must be 0x00000803"),
        (IMAGES, lambda c: c[:6], "6 bytes: the header alone takes 16"),
        (IMAGES, lambda c: c[:-1], "470415 bytes: its header says [600, 28, 28], which takes 470416"),
        (IMAGES, lambda _: struct.pack(">4I", 0x803, 2**22, 2**21, 2**21), "16 bytes: its header says"),  # 2**64 bytes
        (IMAGES, lambda _: struct.pack(">4I", 0x803, 0, 2**32 - 1, 2**32 - 1), "none may be 0"),
        (IMAGES, lambda _: idx(np.zeros((600, 14, 56))), "shape [600, 14, 56]: must be [N, 28, 28]"),
        (LABELS, lambda _: idx(np.zeros(599)), f"shape [599]: must be [600], as {IMAGES} has"),
    ],
)
def test_damage_is_refused_by_name(raw: Path, name: str, damage: Callable[[bytes], bytes], reason: str) -> None:
    path = raw / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"{path}: .*{re.escape(reason)}"):
        read_split(raw, "train")
