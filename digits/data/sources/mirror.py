"""Source: torchvision's dataset classes and their mirrors.

torchvision sets no time limit and takes seconds to import, so it runs in a process of its own that can be ended:
`python -m digits.data.sources.mirror DATASET FOLDER`.
"""

import socket
import sys
from http.client import HTTPException
from pathlib import Path

from digits.data.classes import NAMES
from digits.data.idx import FILES
from digits.data.sources.process import TIMEOUT, run_program


def fetch(dataset: str, out: Path) -> None:
    """Put the four files of `dataset` into `out`, checked by torchvision's MD5. ValueError: no mirror had them."""
    if dataset not in NAMES:
        raise ValueError(f"has {', '.join(NAMES)} only")
    run_program([sys.executable, "-m", __name__, dataset, str(out / "torchvision")], out)
    for name in FILES:
        (out / "torchvision" / dataset / "raw" / name).rename(out / name)


def main(dataset: str, root: str) -> None:
    """Try the mirrors one at a time: by itself torchvision gives up at the first one that stops answering."""
    from torchvision import datasets  # seconds, and only where a mirror is tried

    socket.setdefaulttimeout(TIMEOUT)
    kind = getattr(datasets, dataset)
    reasons = []
    for mirror in kind.mirrors:
        kind.mirrors = [mirror]
        try:
            kind(root, download=True)
        except (RuntimeError, OSError, HTTPException, ValueError) as error:
            reason = " ".join(str(error).rpartition("got:\n")[2].split())  # "Error downloading …, got:", then why
            reasons.append(f"{mirror}: {reason or type(error).__name__}")
        else:
            return
    sys.exit("; ".join(reasons))


if __name__ == "__main__":
    main(*sys.argv[1:])
