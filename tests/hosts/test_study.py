import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.clones import ENVIRONMENT
from tests.hosts.network import Host
from tests.studies.test_cluster import COMMAND, FOLDER, Project, results, wait_for, without_dask

pytestmark = pytest.mark.hosts

PATIENCE = {  # the scheduler's, with a worker that is silent; Dask's own is minutes
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10 seconds",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "15 seconds",
}


@contextmanager
def running(host: Host, folder: Path, *command: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": ENVIRONMENT | PATIENCE | changes}
    with subprocess.Popen(host.command(*command), cwd=folder, **how) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            host.kill_all()


def test_trials_of_a_lost_host_are_computed_on_another(network: Callable[[int], list[Host]], project: Project) -> None:
    folder = project(samples=[50, 60, 70, 80], seeds=[0, 1])
    first, second, third = network(3)
    address = f"tcp://{first.address}:8786"
    with ExitStack() as stack:
        stack.enter_context(running(first, folder, "dask", "scheduler", "--host", first.address, "--no-dashboard"))
        for host in (second, third):
            worker = ("dask", "worker", address, "--host", host.address, "--nthreads", "1", "--no-dashboard")
            stack.enter_context(running(host, folder, *worker, PYTHONPATH="."))
        study = stack.enter_context(running(first, folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address))
        wait_for(lambda: (folder / FOLDER / "results.csv").exists() and len(results(folder)) >= 2)
        assert len(results(folder)) < 8, "in the middle"
        third.cut_off()
        out, err = study.communicate(timeout=200)
    assert study.returncode == 0, err
    assert out.startswith("8 trials, 8 of them computed now")
    assert results(folder) == without_dask(folder)
