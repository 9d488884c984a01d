"""The same parameters give the same dvc.lock, whoever runs them and however."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.clones import change, clone, run
from tests.drawing import Split, write_raw

ELSEWHERE = {
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "de_DE.UTF-8",
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "12345",
    "HOME": "/nonexistent",
    "OMP_NUM_THREADS": "1",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Split, Split]) -> Path:
    return write_raw(tmp_path_factory.mktemp("source"), *drawn)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    """A finished run of two threads, committed."""
    folder = clone(tmp_path_factory.mktemp("first"), source)
    change(folder, train={"threads": 2})
    succeed(folder, "dvc", "repro")
    commit(folder)
    return folder


def succeed(folder: Path, *command: str, **changes: str) -> str:
    ended = run(folder, *command, **changes)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def commit(folder: Path) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@localhost")
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", *identity, "commit", "--quiet", "--message", "a run")


def test_another_place_language_time_user_and_machine_give_the_same_bytes(
    first: Path, source: Path, tmp_path: Path
) -> None:
    other = clone(tmp_path / "ein anderer Ort, ö", source)
    change(other, train={"threads": 2})
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
    assert (other / "dvc.lock").read_bytes() == (first / "dvc.lock").read_bytes()


@pytest.fixture(scope="module")
def pulled(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the committed run that got its data from a remote."""
    remote, folder = tmp_path_factory.mktemp("remote"), tmp_path_factory.mktemp("pulled") / "clone"
    succeed(first, "dvc", "remote", "add", "--default", "--local", "folder", str(remote))
    succeed(first, "dvc", "push")
    succeed(first, "git", "clone", "--quiet", str(first), str(folder))
    succeed(folder, "dvc", "remote", "add", "--default", "--local", "folder", str(remote))
    succeed(folder, "dvc", "pull")
    return folder


def test_what_was_pulled_is_up_to_date(pulled: Path) -> None:
    assert "Running" not in succeed(pulled, "dvc", "repro")
    assert succeed(pulled, "git", "status", "--porcelain") == ""


@pytest.fixture(scope="module")
def seed_3(pulled: Path) -> str:
    """dvc.lock after another experiment, run as anybody would."""
    change(pulled, train={"seed": 3})
    assert "Running stage 'train'" in succeed(pulled, "dvc", "repro")
    return (pulled / "dvc.lock").read_text()


@pytest.mark.parametrize("how", ["--temp", "--queue"])
def test_an_experiment_elsewhere_gives_the_same_bytes(first: Path, seed_3: str, how: str) -> None:
    name = how.strip("-")
    shutil.rmtree(first / ".dvc/cache/runs", ignore_errors=True)
    succeed(first, "dvc", "exp", "run", how, "--set-param", "train.seed=3", "--name", name)
    if how == "--queue":
        succeed(first, "dvc", "queue", "start")
        wait_for_queue(first)
    succeed(first, "dvc", "exp", "branch", name, f"branch-{name}")
    assert succeed(first, "git", "show", f"branch-{name}:dvc.lock") == seed_3


def wait_for_queue(folder: Path) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        status = succeed(folder, "dvc", "queue", "status")
        if "Success" in status:
            return
        assert "Failed" not in status, succeed(folder, "dvc", "queue", "logs", "queue")
        time.sleep(1)
    raise AssertionError(status)
