"""The same parameters give the same dvc.lock, whoever runs them and however."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.clones import change, clone, commit, succeed
from tests.conftest import Shared
from tests.kills import results

ELSEWHERE = {
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "de_DE.UTF-8",
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "12345",
    "HOME": "/nonexistent",
    "OMP_NUM_THREADS": "1",
}


@pytest.fixture(scope="session")
def two_threads(shared: Shared, finished: Path) -> Path:
    """A finished run of two threads, committed."""

    def make(folder: Path) -> None:
        shutil.copytree(finished, folder, dirs_exist_ok=True)
        change(folder, train={"threads": 2})
        succeed(folder, "dvc", "repro")
        commit(folder)

    return shared("two_threads", make)


@pytest.mark.parametrize(("threads", "run"), [(1, "finished"), pytest.param(2, "two_threads", marks=pytest.mark.slow)])
def test_another_place_language_time_user_and_machine_give_the_same_bytes(
    source: Path, tmp_path: Path, request: pytest.FixtureRequest, threads: int, run: str
) -> None:
    expected = (request.getfixturevalue(run) / "dvc.lock").read_bytes()
    other = clone(tmp_path / "ein anderer Ort, ö", source)
    change(other, train={"threads": threads})
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    mask = os.umask(0o077)
    try:
        if cores:
            os.sched_setaffinity(0, {min(cores)})
        succeed(other, "dvc", "repro", **ELSEWHERE)
    finally:
        os.umask(mask)
        if cores:
            os.sched_setaffinity(0, cores)
    assert (other / "dvc.lock").read_bytes() == expected


@pytest.mark.slow
def test_parameters_taken_back_come_from_the_run_cache(finished: Path, two_threads: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(two_threads, tmp_path / "folder")
    shutil.copyfile(finished / "params.yaml", folder / "params.yaml")
    assert "Stage 'train' is cached" in succeed(folder, "dvc", "repro")
    assert results(folder) == results(finished)


@pytest.mark.slow
def test_whoever_pulls_goes_on_to_the_bytes_of_an_experiment(two_threads: Path, tmp_path: Path) -> None:
    """One folder runs an experiment in the three ways that DVC has; another pulls, and runs it as anybody would."""
    first, other, remote = tmp_path / "first", tmp_path / "other", str(tmp_path / "remote")
    shutil.copytree(two_threads, first)
    succeed(first, "dvc", "remote", "add", "--default", "--local", "folder", remote)
    succeed(first, "dvc", "push")
    succeed(first, "git", "clone", "--quiet", str(first), str(other))
    succeed(other, "dvc", "remote", "add", "--default", "--local", "folder", remote)
    succeed(other, "dvc", "pull")
    assert "Running" not in succeed(other, "dvc", "repro")
    assert succeed(other, "git", "status", "--porcelain") == ""

    change(other, train={"seed": 8})
    assert "Running stage 'train'" in succeed(other, "dvc", "repro")
    expected = (other / "dvc.lock").read_text()
    for how in ("--temp", "--queue"):
        shutil.rmtree(first / ".dvc/cache/runs", ignore_errors=True)
        name = how.strip("-")
        succeed(first, "dvc", "exp", "run", how, "--set-param", "train.seed=8", "--name", name)
        if how == "--queue":
            succeed(first, "dvc", "queue", "start")
            wait_for_queue(first)
        succeed(first, "dvc", "exp", "branch", name, f"branch-{name}")
        assert succeed(first, "git", "show", f"branch-{name}:dvc.lock") == expected


def wait_for_queue(folder: Path) -> None:
    end = time.monotonic() + 300
    while "Success" not in (status := succeed(folder, "dvc", "queue", "status")):
        assert "Failed" not in status, succeed(folder, "dvc", "queue", "logs", "queue")
        assert time.monotonic() < end, status
        time.sleep(1)
