"""The study on real Dask workers, in processes of their own."""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psutil
import pytest
import trustme

from digits.pipeline.parameters import load_file
from studies.learning_curve.run import PATH, StudyParams, list_trials
from studies.trials.trial import measure, read_parameters
from tests.clones import ENVIRONMENT, heed_ctrl_c, run, succeed
from tests.imports import ROOT
from tests.studies.conftest import write_study

FOLDER = "studies/learning_curve"
COMMAND = (
    *("python", "-m", "studies.learning_curve.run", "data/raw"),
    *(f"{FOLDER}/{name}" for name in ("results.csv", "computed.csv")),
)
CHECKPOINTS = ".dvc/tmp/trials"
Project = Callable[..., Path]


def results(folder: Path) -> list[list[float]]:
    return pd.read_csv(folder / FOLDER / "results.csv").drop(columns="seconds").to_numpy().tolist()


def without_dask(folder: Path) -> list[list[float]]:
    """What the results must be."""
    rows = []
    for parameters, about in list_trials(
        load_file(StudyParams, folder / PATH), read_parameters(folder / "params.yaml")
    ):
        result = measure(parameters, folder / "data/raw")
        rows.append([*about.values(), result["accuracy"], result["loss"], result["errors"]])
    return rows


def start(folder: Path) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    apart = {"preexec_fn": heed_ctrl_c, "start_new_session": True}
    return subprocess.Popen(COMMAND, cwd=folder, env=ENVIRONMENT, **pipes, **apart)  # type: ignore[call-overload]


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
def test_a_worker_that_is_killed_has_its_trial_computed_elsewhere(project: Project) -> None:
    folder = project(samples=[50, 60], seeds=[0], workers=2)
    process = start(folder)
    wait_for(lambda: list(folder.glob(f"{CHECKPOINTS}/*/state/*/state.safetensors")))
    children = psutil.Process(process.pid).children()
    next(child for child in children if "spawn_main" in " ".join(child.cmdline())).kill()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out == f"2 trials, 2 of them computed now → {FOLDER}/results.csv\n"
    assert results(folder) == without_dask(folder)
    assert list(folder.glob(f"{CHECKPOINTS}/*")) == []


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process_behind(project: Project) -> None:
    folder = project(samples=[50, 60], seeds=[0, 1], workers=1)
    process = start(folder)
    wait_for(lambda: (folder / FOLDER / "results.csv").exists() and results(folder))
    started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")
    assert psutil.wait_procs(started, timeout=10)[1] == []
    done = results(folder)
    assert 0 < len(done) < 4
    assert succeed(folder, *COMMAND).startswith(f"4 trials, {4 - len(done)} of them computed now")
    assert results(folder) == without_dask(folder)


@contextmanager
def dask(*command: str, folder: Path, **changes: str) -> Iterator[None]:
    """A scheduler or a worker, silent."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(
        ("dask", *command, "--no-dashboard"), cwd=folder, env=ENVIRONMENT | {"PYTHONPATH": "."} | changes, **silent
    ) as process:
        try:
            yield
        finally:
            process.terminate()


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


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_scheduler_s_workers_compute_the_same_and_one_of_other_code_ends_the_study(
    project: Project, tmp_path: Path, certificates: dict[str, str], protocol: str
) -> None:
    folder, address = project(samples=[50], seeds=[0]), f"{protocol}://{free_address()}"
    other, empty = shutil.copytree(folder, tmp_path / "other"), tmp_path / "empty"
    with (other / "digits/network/cnn.py").open("a") as file:
        file.write("# another version\n")
    empty.mkdir()
    with dask("scheduler", "--host", address, folder=empty, **certificates):
        for place, failure in (
            (folder, ""),
            (other, r"worker .*: its code differs"),
            (empty, "a worker: No module named"),
        ):
            with dask("worker", address, "--nthreads", "1", folder=place, **certificates):
                ended = run(folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address, **certificates)
            if failure:
                assert (ended.returncode, ended.stdout) == (1, "")
                assert re.search(rf"^error: {failure}", ended.stderr, re.MULTILINE)
            else:
                assert ended.returncode == 0, ended.stderr
                assert results(folder) == without_dask(folder)
                write_study(folder, samples=[70])


@pytest.mark.slow
def test_dvc_runs_the_study_when_asked_and_then_only(project: Project) -> None:
    folder = project(samples=[50], seeds=[0], recipes={50: {}})
    succeed(folder, "dvc", "repro")
    assert not (folder / FOLDER / "results.csv").exists()
    succeed(folder, "dvc", "repro", f"{FOLDER}/dvc.yaml")
    assert "up to date" in succeed(folder, "dvc", "status")
    assert (folder / FOLDER / "learning_curve.png").exists()
    succeed(folder, "dvc", "plots", "show")
    assert "this project" in (folder / "dvc_plots/index.html").read_text()
    assert "| 50 |" in succeed(folder, "python", "-m", "studies.learning_curve.table")


STRANGER = """\
import asyncio
import logging
import urllib.error
import urllib.request

from distributed import Security
from distributed.comm import connect as call
from distributed.comm.core import CommClosedError

from studies.trials.cluster import connect


async def ask(address, security):
    comm = await call(address, timeout=3, **security.get_connection_args("client"))
    await comm.write({"op": "identity", "reply": True})
    return await comm.read()


def main():
    with connect("", 1) as client:
        info = client.scheduler_info()
        [worker] = info["workers"].values()
        for server in (info, worker):
            for page in ("json/identity.json", "info/main/workers.html", "status", "metrics", "health"):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{server['services']['dashboard']}/{page}")
                except urllib.error.HTTPError as error:
                    print(error.code)
        for address in (info["address"], *info["workers"], worker["nanny"]):
            for target, security in ((address.replace("tls", "tcp"), Security()), (address, Security.temporary())):
                try:
                    asyncio.run(ask(target, security))
                except (OSError, CommClosedError):
                    print(target[:15])


if __name__ == "__main__":
    logging.disable()
    main()
"""


def test_the_workers_of_this_machine_answer_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "stranger.py").write_text(STRANGER)
    ended = run(tmp_path, "python", "stranger.py", PYTHONPATH=str(ROOT))
    assert ended.stdout.split() == ["404"] * 10 + ["tcp://127.0.0.1", "tls://127.0.0.1"] * 3, ended.stderr


@pytest.mark.slow
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
