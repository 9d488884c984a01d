"""Trials as tasks on Dask: on processes of this machine, or on the workers of a scheduler."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, KilledWorker, LocalCluster, Security, as_completed
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import UploadFile

from studies.trials.trial import Parameters

TIMEOUT = 10  # seconds in which a scheduler must answer

LOCAL_CONFIG: dict[str, object] = {
    # Dask's default has glibc return freed memory at once, which undoes digits.network.device.keep_freed_memory.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.worker.profile.enabled": False,  # it would stop Python 100 times a second to look where it is
    "distributed.scheduler.http.routes": [],  # pages about the work, for any user of this machine
    "distributed.worker.http.routes": [],
}


@contextmanager
def connect(scheduler: str, workers: int) -> Iterator[Client]:
    """Connect to the scheduler, or else start workers on this machine. OSError, ValueError: it is out of reach.

    Only this process can talk to those of this machine: it alone has their certificates.
    """
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # errors are told in one line of our own
    if address := scheduler or dask.config.get("scheduler-address", None):
        if address.startswith("tls://") and not Security().get_connection_args("client")["ssl_context"]:
            raise ValueError(f"{address}: Dask has no certificates to connect with: see docs/scaling.md")
        try:
            connection = Client(address, timeout=TIMEOUT)
        except MemoryError:  # the first bytes of an answer say how long it is; another server's mean something else
            raise ValueError(f"{address}: what answers there is no Dask scheduler") from None
        with connection as client:
            if not client.scheduler_info(n_workers=-1)["workers"]:
                print(f"{address} has no workers yet: waiting for them", file=sys.stderr)
            yield client
        return
    port = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}  # any port: Dask's own may be another's
    how = {"threads_per_worker": 1, "memory_limit": 0, "scheduler_kwargs": port, "silence_logs": logging.CRITICAL}
    with (
        dask.config.set(LOCAL_CONFIG),
        LocalCluster(n_workers=workers, host="127.0.0.1", security=True, **how) as cluster,
        Client(cluster) as client,
    ):
        yield client


def compute_trials(
    trials: Mapping[str, Parameters], raw: Path, fingerprint: Mapping[str, str], *, scheduler: str, workers: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Have workers compute the trials, the first ones first; yield keys and results as they come.

    workers: on this machine, where there is no scheduler; 0 is as many as its cores allow. ValueError: a trial failed,
    its workers died again and again, or the scheduler is gone.
    """
    threads = max(parameters.train.threads for parameters in trials.values())
    archive = f"trials-{fingerprint['data'][:16]}"
    with connect(scheduler, min(len(trials), workers or max(1, CPU_COUNT // threads))) as client:
        with tempfile.TemporaryDirectory() as folder:  # sent to each worker's own folder, also of those that come later
            packed = shutil.make_archive(f"{folder}/{archive}", "zip", raw)
            client.register_plugin(UploadFile(packed, load=False), name=archive)

        def compute(*arguments: Any) -> Any:  # Dask sends it as its code, which needs no project on the scheduler
            from studies.trials import worker

            return worker.compute(*arguments)

        futures = [
            client.submit(
                compute, key, parameters.model_dump(), fingerprint, archive, key=f"trial-{key}", priority=-place
            )
            for place, (key, parameters) in enumerate(trials.items())
        ]
        try:
            for future in as_completed(futures):
                yield future.key.removeprefix("trial-"), future.result()
        except ImportError as error:
            raise ValueError(f"a worker: {error}: start it in the project's folder, with PYTHONPATH=.") from None
        except (KilledWorker, FutureCancelledError, CommClosedError) as error:  # of the last two, the scheduler is gone
            raise ValueError(f"the study's workers were lost: {error}") from None
