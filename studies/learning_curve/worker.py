"""What a worker does with a cell."""

import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from threading import RLock
from typing import Any

from distributed import Worker
from filelock import FileLock, Timeout
from tqdm import tqdm

from studies.imports import ROOT
from studies.learning_curve.cells import surroundings
from studies.pipeline import measure, parameters_of

WAIT = 60  # seconds: twice as long as a worker that was cut off goes on before it notices


def compute(
    me: str, worker: Worker, parameters: Mapping[str, Any], checkpoints: str, around: Mapping[str, str], name: str
) -> tuple[float, float, int, float]:
    """Accuracy, loss, errors and seconds of the cell of those parameters, on the data shipped to `worker` as `name`.

    me: the worker, for messages. checkpoints: the cell's folder for them, seen from the project's folder. ValueError:
    this worker differs from `around` in what decides results, runs several cells at a time, or lacks the data.
    """
    if worker.state.nthreads != 1:
        raise ValueError(f"{me}: {worker.state.nthreads} threads: start it with --nthreads 1")
    raw = unpacked(Path(worker.local_directory) / f"{name}.tar", me)
    check_same(surroundings(raw), around, me, auto=parameters["train"]["device"] == "auto")
    tqdm.set_lock(RLock())  # its own is for several processes, and warns of a leak where a worker is killed
    with (
        redirect_stdout(io.StringIO()),  # lines and bars of several cells would mix
        redirect_stderr(io.StringIO()),
        kept(ROOT / checkpoints) as folder,
    ):
        test, _, seconds = measure(parameters_of(parameters, me), raw, folder)
    return test["accuracy"], test["loss"], test["errors"], seconds


@contextmanager
def kept(folder: Path) -> Iterator[Path | None]:
    """A place in `folder` that outlives this process but not the cell, or none where another process is there.

    That would be a worker of the same checkout that was taken for dead and still computes the same cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        held = lock.acquire(timeout=WAIT)
    except Timeout:
        yield None
        return
    with held:
        yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


def unpacked(archive: Path, me: str) -> Path:
    """The folder of the data that were sent to this worker. ValueError: they didn't arrive."""
    folder = archive.with_suffix("")
    if not folder.is_dir():
        if not archive.is_file():
            raise ValueError(f"{me}: the data did not arrive in {archive.parent}")
        with tempfile.TemporaryDirectory(dir=archive.parent) as partial:
            with tarfile.open(archive) as tar:
                tar.extractall(Path(partial) / "raw", filter="data")
            (Path(partial) / "raw").rename(folder)
        archive.unlink()
    return folder


def check_same(there: Mapping[str, str], here: Mapping[str, str], me: str, *, auto: bool) -> None:
    """Refuse to compute what would not be what the others compute. auto: the device is what a machine has."""
    names = {"code": "code in digits/ or stages/", "device": "train.device = auto", "processor": "kind of processor"}
    for what, expected in here.items():
        if there[what] != expected and (auto or what != "device"):
            values = f"{there[what][:16]} there, {expected[:16]} here"
            raise ValueError(f"{me}: its {names.get(what, what)} differs: {values}")
