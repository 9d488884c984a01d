"""Cells as tasks on Dask: on processes of this machine, or on the workers of a scheduler."""

import logging
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, KilledWorker, LocalCluster, as_completed
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import UploadFile

PREFIX = "learning-curve-"  # of a task's name, before its cell's key
REACHED_WITHIN = 10  # seconds in which a scheduler must answer

LOCAL = {
    # Dask's default has glibc return freed memory at once, which undoes digits.network.device.keep_freed_memory.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.worker.profile.enabled": False,  # it would stop Python 100 times a second to look where it is
}


@contextmanager
def connected(scheduler: str, *, workers: int, threads: int, cells: int) -> Iterator[Client]:
    """A client of the scheduler, or of as many processes here as are of use. OSError: a scheduler out of reach."""
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a line says it, not the way to it
    address = scheduler or dask.config.get("scheduler-address", None)
    if address:
        with reached(address) as client:
            if not client.scheduler_info(n_workers=-1)["workers"]:
                print(f"{address} has no workers yet: waiting for them", file=sys.stderr)
            yield client
        return
    count = min(cells, workers or max(1, CPU_COUNT // threads))
    anywhere = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}  # Dask's own port may be another study's
    options = {"threads_per_worker": 1, "memory_limit": 0, "host": "127.0.0.1", "scheduler_kwargs": anywhere}
    with (
        dask.config.set(LOCAL),
        LocalCluster(n_workers=count, silence_logs=logging.CRITICAL, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def reached(address: str) -> Client:
    """A client of the scheduler. OSError or ValueError: nothing answers there, or something else does."""
    try:
        return Client(address, timeout=REACHED_WITHIN)
    except MemoryError:  # the first bytes of an answer say how many there will be, which others' don't
        raise ValueError(f"{address}: what answers there is no Dask scheduler") from None


def ship(client: Client, raw: Path, name: str) -> None:
    """Send the files of `raw` to each worker, also to those that come later, as `name`.tar in its own folder."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / f"{name}.tar"
        with tarfile.open(archive, "w") as tar:
            for path in sorted(raw.iterdir()):
                tar.add(path, path.name)
        client.register_plugin(UploadFile(str(archive), load=False), name=name)


def results_of(client: Client, tasks: Mapping[str, tuple[Any, ...]], common: tuple[Any, ...]) -> Iterator[Any]:
    """Have the workers compute each task from its arguments and the common ones, the first first: keys and values.

    ValueError: what a cell raised, a cell whose workers died again and again, or a scheduler that is gone.
    """
    compute = task()
    futures = [
        client.submit(compute, *arguments, *common, key=f"{PREFIX}{key}", priority=-place)
        for place, (key, arguments) in enumerate(tasks.items())
    ]
    try:
        for future in as_completed(futures):
            yield future.key.removeprefix(PREFIX), future.result()
    except KilledWorker as error:
        worker = error.last_worker.address
        raise ValueError(f"{error.task}: {error.allowed_failures + 1} workers died of it, {worker} the last") from None
    except (FutureCancelledError, CommClosedError) as error:
        raise ValueError(f"the connection to the scheduler was lost: {error}") from None


def task() -> Callable[..., Any]:
    """What a worker does for a cell: `worker.compute`.

    Dask sends a function that was made in another as it is, not by its name. So the scheduler needs none of the
    project, and a worker that lacks it says so, where by name it would fail to read the message, and end.
    """

    def compute(*arguments: Any) -> Any:
        import socket

        from distributed import get_worker

        me = f"worker {get_worker().address} on {socket.gethostname()}"
        try:
            from studies.learning_curve.worker import compute as compute_here
        except ImportError as error:
            raise ValueError(f"{me}: {error}: start it in the project's folder, with PYTHONPATH=.") from None
        return compute_here(me, get_worker(), *arguments)

    return compute
