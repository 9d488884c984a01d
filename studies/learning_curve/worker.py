"""What a worker does with a trial."""

import io
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from threading import RLock

from distributed import get_worker
from filelock import FileLock, Timeout
from tqdm import tqdm

from digits.pipeline.parameters import validate
from studies.learning_curve.trials import ROOT, fingerprint_environment
from studies.pipeline import Parameters, measure

LOCK_TIMEOUT = 60  # seconds: twice as long as a worker that was cut off goes on before it notices


def compute(
    values: Mapping[str, object], checkpoints: str, fingerprint: Mapping[str, str], archive: str
) -> tuple[float, float, int, float]:
    """Compute accuracy, loss, errors and seconds of the trial with these parameters, on the data sent as `archive`.

    checkpoints: the trial's folder for them, seen from the project's. ValueError: this worker differs from
    `fingerprint`, runs several trials at a time, or lacks the data.
    """
    worker = get_worker()
    me = f"worker {worker.address} on {socket.gethostname()}"
    if worker.state.nthreads != 1:
        raise ValueError(f"{me}: {worker.state.nthreads} threads: start it with --nthreads 1")
    parameters = validate("", Parameters, values, me)
    raw = unpack(Path(worker.local_directory) / f"{archive}.tar", me)
    check_same(fingerprint_environment(raw), fingerprint, me, auto=parameters.train.device == "auto")
    tqdm.set_lock(RLock())  # its own is for several processes, and warns of a leak where a worker is killed
    with (
        redirect_stdout(io.StringIO()),  # lines and bars of several trials would mix
        redirect_stderr(io.StringIO()),
        keep_checkpoints(ROOT / checkpoints) as folder,
    ):
        test, _, seconds = measure(parameters, raw, folder)
    return test["accuracy"], test["loss"], test["errors"], seconds


@contextmanager
def keep_checkpoints(folder: Path) -> Iterator[Path | None]:
    """Yield a place in `folder` that outlives this process but not the trial, or None where another process uses it.

    That would be a worker of the same checkout that was taken for dead and still computes the same trial.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(folder / "lock").acquire(timeout=LOCK_TIMEOUT)
    except Timeout:
        yield None
        return
    with lock:
        yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


def unpack(archive: Path, me: str) -> Path:
    """Unpack the data that were sent to this worker, once; return their folder. ValueError: they did not arrive."""
    folder = archive.with_suffix("")
    if not folder.is_dir():
        if not archive.is_file():
            raise ValueError(f"{me}: the data did not arrive in {archive.parent}")
        with tempfile.TemporaryDirectory(dir=archive.parent) as partial:
            shutil.unpack_archive(archive, f"{partial}/raw", filter="data")
            Path(partial, "raw").rename(folder)
        archive.unlink()
    return folder


def check_same(there: Mapping[str, str], here: Mapping[str, str], me: str, *, auto: bool) -> None:
    """Compare two environments. ValueError: they differ. auto: the device counts too, as it is what a machine has."""
    for what, expected in here.items():
        if there[what] != expected and (auto or what != "device"):
            values = f"{there[what][:16]} there, {expected[:16]} here"
            raise ValueError(f"{me}: its {what} differs: {values}")
