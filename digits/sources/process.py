"""A program that downloads, with an end to it."""

import os
import subprocess
import time
from pathlib import Path

from tqdm import tqdm


def run_limited(command: list[str], folder: Path, *, time_limit: float) -> None:
    """Run `command`, its temporary files in `folder`, for at most `time_limit` seconds; a bar shows what has arrived.

    ValueError: it took longer, or failed; the message is the last line it wrote to stderr.
    """
    errors = folder / "stderr"
    environment = os.environ | {"TMPDIR": str(folder.resolve()), "TEMP": str(folder.resolve())}
    nowhere = subprocess.DEVNULL
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=stderr, env=environment) as process,
    ):
        end = time.monotonic() + time_limit
        with tqdm(desc="download", unit="B", unit_scale=True, leave=False, disable=None) as bar:
            while process.poll() is None:
                if time.monotonic() > end:
                    process.kill()
                    raise ValueError(f"gave no result within {time_limit:g} s (download.time_limit)")
                bar.update(size(folder) - bar.n)
                time.sleep(0.05)
    if process.returncode:
        said = errors.read_text(errors="replace").replace("\r", "\n").split("\n")
        lines = [line.strip() for line in said if line.strip()]
        raise ValueError(lines[-1] if lines else f"exit code {process.returncode}")


def size(folder: Path) -> int:
    """Bytes in the folder; a file that vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
