from contextlib import ExitStack

import pytest

from tests.clones import started, wait_for
from tests.hosts.network import Host
from tests.studies.test_cluster import COMMAND, FOLDER, Project, results, without_dask

pytestmark = pytest.mark.hosts

PATIENCE = {  # the scheduler's, with a worker that is silent; Dask's own is minutes
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10 seconds",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "15 seconds",
}


def test_trials_of_a_lost_host_are_computed_on_another(network: tuple[Host, Host], project: Project) -> None:
    folder = project(samples=[50, 60, 70, 80], seeds=[0, 1])
    first, second = network
    address = f"tcp://{first.address}:8786"
    with ExitStack() as stack:
        scheduler = ("dask", "scheduler", "--host", first.address, "--no-dashboard")
        stack.enter_context(started(folder, *first.command(*scheduler), **PATIENCE))
        for host in (first, second):
            worker = ("dask", "worker", address, "--host", host.address, "--nthreads", "1", "--no-dashboard")
            stack.enter_context(started(folder, *host.command(*worker), PYTHONPATH=".", **PATIENCE))
        command = first.command(*COMMAND)
        study = stack.enter_context(started(folder, *command, DASK_SCHEDULER_ADDRESS=address, **PATIENCE))
        wait_for(lambda: (folder / FOLDER / "results.csv").exists() and len(results(folder)) >= 2)
        assert len(results(folder)) < 8, "in the middle"
        second.cut_off()
        said = study.communicate(timeout=200)[0]
    assert study.returncode == 0, said
    assert "8 trials, 8 of them computed now" in said
    assert results(folder) == without_dask(folder)
