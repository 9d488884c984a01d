"""The study on the workers of a scheduler."""

import re
import shutil
import socket
from pathlib import Path

import pytest
import trustme

from tests.clones import run, started, succeed
from tests.studies.conftest import write_study
from tests.studies.test_cluster import COMMAND, FOLDER, Project, results, without_dask

pytestmark = pytest.mark.slow


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, str]:
    """The settings with which Dask's parts know each other."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "digits.pem")
    files = {f"{who}__CERT": "digits.pem" for who in ("SCHEDULER", "WORKER", "CLIENT")} | {"CA_FILE": "authority.pem"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(tmp_path / file) for name, file in files.items()}


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_scheduler_s_workers_compute_the_same_and_one_of_other_code_ends_the_study(
    project: Project, tmp_path: Path, certificates: dict[str, str], protocol: str
) -> None:
    folder, address = project(samples=[50], seeds=[0]), f"{protocol}://{free_address()}"
    other, empty = shutil.copytree(folder, tmp_path / "other"), tmp_path / "empty"
    with (other / "digits/network/cnn.py").open("a") as file:
        file.write("# another version\n")
    empty.mkdir()
    with started(empty, "dask", "scheduler", "--host", address, "--no-dashboard", **certificates):
        for place, failure in (
            (folder, ""),
            (other, r"worker .*: its code differs"),
            (empty, "a worker: No module named"),
        ):
            worker = ("dask", "worker", address, "--nthreads", "1", "--no-dashboard")
            with started(place, *worker, PYTHONPATH=".", **certificates):
                ended = run(folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address, **certificates)
            if failure:
                assert (ended.returncode, ended.stdout) == (1, "")
                assert re.search(rf"^error: {failure}", ended.stderr, re.MULTILINE)
            else:
                assert ended.returncode == 0, ended.stderr
                assert results(folder) == without_dask(folder)
                write_study(folder, samples=[70])


def test_dvc_runs_the_study_when_asked_and_then_only(project: Project) -> None:
    folder = project(samples=[50], seeds=[0], recipes={50: {}})
    succeed(folder, "dvc", "repro")
    assert not (folder / FOLDER / "results.csv").exists()
    succeed(folder, "dvc", "repro", f"{FOLDER}/dvc.yaml")
    assert "up to date" in succeed(folder, "dvc", "status", "dvc.yaml", f"{FOLDER}/dvc.yaml")
    assert (folder / FOLDER / "learning_curve.png").exists()
    succeed(folder, "dvc", "plots", "show")
    assert "this project" in (folder / "dvc_plots/index.html").read_text()
    assert "| 50 |" in succeed(folder, "python", "-m", "studies.learning_curve.table")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("tcp://127.0.0.1:9", "Timed out trying to connect"),
        ("tls://127.0.0.1:9", "tls://127.0.0.1:9: Dask has no certificates to connect with: see docs/scaling.md"),
    ],
)
def test_a_scheduler_out_of_reach_is_told_in_one_line(project: Project, address: str, reason: str) -> None:
    ended = run(project(samples=[50], seeds=[0], scheduler=address), *COMMAND)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(rf"error: {reason}.*\n", ended.stderr)
