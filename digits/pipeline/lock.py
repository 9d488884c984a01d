"""One stage at a time in a checkout.

DVC sees to that for its own processes. But a stage can outlive a `dvc repro` that was killed, and would then write into
the files of the next one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

FOLDER = Path(".dvc/tmp")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of the current folder, which the system gives back however the process ends. ValueError: taken."""
    owner = FOLDER / "stage.pid"
    owner.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(FOLDER / "stage.lock")
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        process = owner.read_text() if owner.exists() else "unknown"
        raise ValueError(
            f"a stage is running in this folder already (process {process}); wait for it or end it, then run again"
        ) from None
    with held:
        owner.write_text(str(os.getpid()))
        yield
