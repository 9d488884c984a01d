"""A program that downloads, with an end to it."""

import os
import re
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
from tqdm import tqdm

MOST_WRITTEN = 1 << 28  # bytes; a data set from a mirror takes 66 million, packed and unpacked
MOST_MEMORY = 1 << 31  # bytes resident; importing torchvision takes 1.0e9


def run_limited(command: list[str], folder: Path, *, time_limit: float, telling: str = ".+") -> None:
    """Run `command`, its temporary files in `folder`, for at most `time_limit` seconds; a bar shows what has arrived.

    ValueError: it took longer, wrote or held more than a data set takes, or failed. What it failed of is the match of
    the regular expression `telling` in the last line on its stderr that has one. Whatever ends it ends what it started.
    """
    errors = folder / "stderr"
    environment = os.environ | {"TMPDIR": str(folder.resolve()), "TEMP": str(folder.resolve())}
    nowhere = subprocess.DEVNULL
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=stderr, env=environment) as process,
        tqdm(desc="download", unit="B", unit_scale=True, leave=False, disable=None) as bar,
    ):
        end = time.monotonic() + time_limit
        try:
            while process.poll() is None:
                if time.monotonic() > end:
                    raise ValueError(f"gave no result within {time_limit:g} s (download.time_limit)")
                check_use(process.pid, written := size(folder))
                bar.update(written - bar.n)
                time.sleep(0.05)
        except BaseException:  # Ctrl-C too
            kill_tree(process.pid)
            raise
    if process.returncode:
        raise ValueError(told(errors, telling) or f"exit code {process.returncode}")


def check_use(pid: int, written: int) -> None:
    """ValueError: the process has written too many bytes, or holds too much memory."""
    if written > MOST_WRITTEN:
        raise ValueError(f"sent more than {MOST_WRITTEN:,} bytes, which no data set here takes")
    with suppress(psutil.NoSuchProcess):
        if psutil.Process(pid).memory_info().rss > MOST_MEMORY:
            raise ValueError(f"took more than {MOST_MEMORY:,} bytes of memory, which no data set here takes")


def kill_tree(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (*process.children(recursive=True), process):
            with suppress(psutil.NoSuchProcess):
                one.kill()


def told(errors: Path, telling: str) -> str:
    """The match of `telling` in the last line that has one, or the last line."""
    said = errors.read_text(errors="replace").replace("\r", "\n").split("\n")
    lines = [line.strip() for line in said if line.strip()]
    matches = [match[0] for line in lines if (match := re.search(telling, line))]
    return (matches or lines or [""])[-1]


def size(folder: Path) -> int:
    """Bytes in the folder; a file that vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
