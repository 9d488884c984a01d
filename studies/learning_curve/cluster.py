"""Trials as tasks on Dask: on processes of this machine, or on the workers of a scheduler."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, KilledWorker, LocalCluster, Security, as_completed
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import UploadFile

PREFIX = "learning-curve-"  # of a task's name, before its trial's key
TIMEOUT = 10  # seconds in which a scheduler must answer

LOCAL_CONFIG: dict[str, object] = {
    # Dask's default has glibc return freed memory at once, which undoes digits.network.device.keep_freed_memory.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.worker.profile.enabled": False,  # it would stop Python 100 times a second to look where it is
    "distributed.scheduler.http.routes": [],  # pages about the work, for any user of this machine
    "distributed.worker.http.routes": [],
}


def connect(scheduler: str, *, workers: int, threads: int, trials: int) -> AbstractContextManager[Client]:
    """Connect to the scheduler, or start as many processes here as are of use.

    OSError, ValueError: the scheduler is out of reach, or is none.
    """
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # errors are told in one line of our own
    if address := scheduler or dask.config.get("scheduler-address", None):
        return connect_to(address)
    return start_workers(min(trials, workers or max(1, CPU_COUNT // threads)))


@contextmanager
def connect_to(address: str) -> Iterator[Client]:
    if address.startswith("tls://") and not Security().get_connection_args("client")["ssl_context"]:
        raise ValueError(f"{address}: Dask has no certificates to connect with: see docs/scaling.md")
    try:
        client = Client(address, timeout=TIMEOUT)
    except MemoryError:  # the first bytes of an answer say how long it is; those of another server mean something else
        raise ValueError(f"{address}: what answers there is no Dask scheduler") from None
    with client:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            print(f"{address} has no workers yet: waiting for them", file=sys.stderr)
        yield client


@contextmanager
def start_workers(count: int) -> Iterator[Client]:
    """Start workers on this machine, which only this process can talk to: it alone has their certificates."""
    with (
        dask.config.set(LOCAL_CONFIG),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            security=True,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},  # Dask's port may be another's
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def upload(client: Client, raw: Path, name: str) -> None:
    """Send the files of `raw` to each worker, also to those that come later, as `name`.tar in its own folder."""
    with tempfile.TemporaryDirectory() as folder:
        archive = shutil.make_archive(f"{folder}/{name}", "tar", raw)
        client.register_plugin(UploadFile(archive, load=False), name=name)


def compute_tasks(client: Client, tasks: Mapping[str, tuple[Any, ...]], common: tuple[Any, ...]) -> Iterator[Any]:
    """Have the workers compute each task from its arguments and the common ones; yield keys and results as they come.

    The first are computed first. ValueError: a task failed, its workers died again and again, or the scheduler is gone.
    """
    function = make_function()
    futures = [
        client.submit(function, *arguments, *common, key=f"{PREFIX}{key}", priority=-place)
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


def make_function() -> Callable[..., Any]:
    """Make the function that a worker calls: `compute` of worker.py, or an error where the worker lacks the project.

    Dask sends a function of a module as the module's name, and a nested one as its code. Only the nested one can be
    read by a scheduler without the project, and by a worker without it, which then says so.
    """

    def compute(*arguments: Any) -> Any:
        try:
            from studies.learning_curve import worker
        except ImportError as error:
            from distributed import get_worker

            raise ValueError(
                f"worker {get_worker().address}: {error}: start it in the project's folder, with PYTHONPATH=."
            ) from None
        return worker.compute(*arguments)

    return compute
