"""Source: torchvision's dataset classes and their mirrors.

torchvision sets no time limit and takes seconds to import, so it runs in a process of its own that can be ended:
`python -m digits.sources.mirror DATASET FOLDER WAIT`.
"""

import socket
import sys
from pathlib import Path

from digits.idx import FILES
from digits.sources.process import run_limited


def fetch(dataset: str, out: Path, *, wait: float, time_limit: float) -> None:
    """Put the four files of `dataset` into `out`, checked by torchvision's MD5. ValueError: no mirror had them."""
    command = [sys.executable, "-m", __name__, dataset, str(out / "torchvision"), str(wait)]
    run_limited(command, out, time_limit=time_limit)
    for name in FILES:
        (out / "torchvision" / dataset / "raw" / name).rename(out / name)


def main(dataset: str, root: str, wait: str) -> None:
    from torchvision import datasets  # seconds, and only where a mirror is tried

    socket.setdefaulttimeout(float(wait))
    getattr(datasets, dataset)(root, download=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))
