"""The study on real Dask workers, in processes of their own."""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pytest
import trustme

from digits.pipeline.parameters import load_file
from studies.learning_curve.params import PATH, StudyParams
from studies.learning_curve.trials import list_trials
from studies.pipeline import measure, read_parameters
from tests.clones import ENVIRONMENT, heed_ctrl_c, run
from tests.imports import ROOT
from tests.studies.conftest import write_study

FOLDER = "studies/learning_curve"
COMMAND = (
    *("python", "-m", "studies.learning_curve.run", "data/raw"),
    *(f"{FOLDER}/{name}" for name in ("results.csv", "computed.csv", "checkpoints")),
)
Project = Callable[..., Path]


def results(folder: Path) -> list[list[float]]:
    return pd.read_csv(folder / FOLDER / "results.csv").drop(columns="seconds").to_numpy().tolist()


def without_dask(folder: Path) -> list[list[float]]:
    """What the results must be."""
    rows = []
    for trial in list_trials(load_file(StudyParams, folder / PATH), read_parameters(folder / "params.yaml")):
        test = measure(trial, folder / "data/raw").test
        rows.append([trial.subset.samples, trial.subset.seed, test["accuracy"], test["loss"], test["errors"]])
    return rows


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        COMMAND,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
        start_new_session=True,
    )


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.parametrize(
    "steps", [[([50], 1), ([50], 0)], pytest.param([([60, 50], 2), ([60, 70], 1)], marks=pytest.mark.slow)]
)
def test_only_what_is_missing_is_computed_and_nothing_is_lost(
    project: Project, steps: list[tuple[list[int], int]]
) -> None:
    folder = project(seeds=[1])
    for samples, computed in steps:
        write_study(folder, samples=samples)
        ended = run(folder, *COMMAND)
        assert ended.stderr == ""
        assert ended.stdout == f"{len(samples)} trials, {computed} of them computed now → {FOLDER}/results.csv\n"
        assert [row[0] for row in results(folder)] == sorted(samples)
    assert results(folder) == without_dask(folder)
    rows = (folder / FOLDER / "computed.csv").read_text().splitlines()[1:]
    assert len(rows) == sum(computed for _, computed in steps)


@pytest.mark.slow
def test_a_worker_that_is_killed_has_its_trial_computed_elsewhere(project: Project) -> None:
    folder = project(samples=[50, 60], seeds=[0], workers=2)
    process = start(folder)
    wait_for(lambda: list(folder.glob(f"{FOLDER}/checkpoints/*/state/*/state.safetensors")))
    victim = workers(process)[0]
    victim.kill()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out == f"2 trials, 2 of them computed now → {FOLDER}/results.csv\n"
    assert results(folder) == without_dask(folder)
    assert list(folder.glob(f"{FOLDER}/checkpoints/*")) == []


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process_behind(project: Project) -> None:
    folder = project(samples=[50, 60], seeds=[0, 1], workers=1)
    process = start(folder)
    wait_for(lambda: (folder / FOLDER / "results.csv").exists() and results(folder))
    started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")
    psutil.wait_procs(started, timeout=10)
    assert not any(each.is_running() for each in started)
    done = results(folder)
    assert 0 < len(done) < 4
    ended = run(folder, *COMMAND)
    assert ended.stdout.startswith(f"4 trials, {4 - len(done)} of them computed now"), ended.stderr
    assert results(folder) == without_dask(folder)


def background(*command: str, folder: Path, **changes: str) -> subprocess.Popen[bytes]:
    """A scheduler or a worker, silent."""
    silent = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT | changes, stdout=silent, stderr=silent)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=60)


@pytest.mark.slow
def test_a_scheduler_s_workers_compute_the_same_and_one_of_other_code_ends_the_study(
    project: Project, tmp_path: Path
) -> None:
    folder = project(samples=[50, 60], seeds=[0])
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    one = ("dask", "worker", address, "--nthreads", "1", "--no-dashboard")
    scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    (tmp_path / "empty").mkdir()
    started = [background(*scheduler, folder=tmp_path / "empty"), background(*one, folder=folder, PYTHONPATH=".")]
    try:
        ended = run(folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address)
        assert ended.returncode == 0, ended.stderr
        assert results(folder) == without_dask(folder)
        end(started.pop())
        for place, reason in (("elsewhere", "its code differs"), ("empty", "No module named")):
            if place == "elsewhere":
                shutil.copytree(folder, tmp_path / place)
                with (tmp_path / place / "digits/network/cnn.py").open("a") as file:
                    file.write("# another version\n")
            write_study(folder, samples=[70], seeds=[0])
            started.append(background(*one, folder=tmp_path / place, PYTHONPATH="."))
            refused = run(folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address)
            assert (refused.returncode, refused.stdout) == (1, "")
            assert re.search(rf"^error: worker tcp://127.0.0.1:\d+.*: {reason}", refused.stderr, re.MULTILINE)
            end(started.pop())
    finally:
        for process in started:
            end(process)


@pytest.mark.slow
def test_dvc_runs_the_study_when_asked_and_then_only(project: Project) -> None:
    folder = project(samples=[50], seeds=[0], recipes={50: {}})
    assert run(folder, "dvc", "repro").returncode == 0
    assert not (folder / FOLDER / "results.csv").exists()
    ended = run(folder, "dvc", "repro", f"{FOLDER}/dvc.yaml")
    assert ended.returncode == 0, ended.stderr
    assert "up to date" in run(folder, "dvc", "status").stdout
    assert (folder / FOLDER / "learning_curve.png").exists()
    assert run(folder, "dvc", "plots", "show").returncode == 0
    assert "this project" in (folder / "dvc_plots/index.html").read_text()
    assert "| 50 |" in run(folder, "python", "-m", "studies.learning_curve.table").stdout


STRANGER = """\
import asyncio
import logging
import urllib.error
import urllib.request

from distributed import Security
from distributed.comm import connect as call
from distributed.comm.core import CommClosedError

from studies.learning_curve.cluster import connect


async def call_as_a_stranger(address, security):
    comm = await call(address, timeout=3, **security.get_connection_args("client"))
    await comm.write({"op": "identity", "reply": True})
    return await comm.read()


def main():
    with connect("", workers=1, threads=1, trials=1) as client:
        info = client.scheduler_info()
        for server in (info, *info["workers"].values()):
            port = server["services"]["dashboard"]
            for page in ("", "json/identity.json", "info/main/workers.html", "status", "metrics", "health"):
                try:
                    print("page", urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}").read())
                except urllib.error.HTTPError as error:
                    assert error.code == 404
        for address in (info["address"], *info["workers"], *(worker["nanny"] for worker in info["workers"].values())):
            assert address.startswith("tls://127.0.0.1:"), address
            plain = address.replace("tls", "tcp"), Security()
            for target, security in (plain, (address, Security.temporary())):
                try:
                    print("answered", asyncio.run(call_as_a_stranger(target, security)))
                except (OSError, CommClosedError) as error:
                    print("refused")


if __name__ == "__main__":
    logging.disable()
    main()
"""


def test_the_workers_of_this_machine_answer_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "stranger.py").write_text(STRANGER)
    ended = run(tmp_path, "python", "stranger.py", PYTHONPATH=str(ROOT))
    assert ended.stdout.split() == ["refused"] * 6, ended.stderr


@pytest.mark.slow
def test_a_scheduler_with_certificates(project: Project, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "digits.pem")
    setting = "DASK_DISTRIBUTED__COMM__TLS"
    settings = {f"{setting}__CA_FILE": str(tmp_path / "authority.pem")}
    settings |= {f"{setting}__{who}__CERT": str(tmp_path / "digits.pem") for who in ("SCHEDULER", "WORKER", "CLIENT")}
    folder, address = project(samples=[50], seeds=[0]), f"tls://127.0.0.1:{free_port()}"
    scheduler = ("dask", "scheduler", "--host", address, "--no-dashboard")
    worker = ("dask", "worker", address, "--nthreads", "1", "--no-dashboard")
    started = [background(*scheduler, folder=tmp_path, **settings)]
    started += [background(*worker, folder=folder, PYTHONPATH=".", **settings)]
    try:
        ended = run(folder, *COMMAND, DASK_SCHEDULER_ADDRESS=address, **settings)
        assert ended.returncode == 0, ended.stderr
        assert results(folder) == without_dask(folder)
    finally:
        for process in started:
            end(process)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nowhere", "missing port number in address 'nowhere'"),
        ("tcp://127.0.0.1:9", "Timed out trying to connect"),
        ("tls://127.0.0.1:9", "tls://127.0.0.1:9: Dask has no certificates to connect with: see docs/scaling.md"),
    ],
)
def test_a_scheduler_out_of_reach_is_told_in_one_line(project: Project, address: str, reason: str) -> None:
    folder = project(samples=[50], seeds=[0], scheduler=address)
    begun = time.monotonic()
    ended = run(folder, *COMMAND)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"error: {reason}")
    assert len(ended.stderr.splitlines()) == 1
    assert time.monotonic() - begun < 30
