import os
import shutil
from pathlib import Path

import pytest

from tests.clones import change, clone, commit, succeed
from tests.conftest import Shared

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
    def make(folder: Path) -> None:
        shutil.copytree(finished, folder, dirs_exist_ok=True)
        change(folder, train={"threads": 2})
        succeed(folder, "dvc", "repro")
        commit(folder)

    return shared("two_threads", make)


@pytest.mark.slow
@pytest.mark.parametrize(("threads", "run"), [(1, "finished"), (2, "two_threads")])
def test_another_place_language_time_user_and_machine_give_the_same_bytes(
    source: Path, tmp_path: Path, request: pytest.FixtureRequest, threads: int, run: str
) -> None:
    expected = (request.getfixturevalue(run) / "dvc.lock").read_bytes()
    other = clone(tmp_path / "ein anderer Ort, ö", source)
    change(other, train={"threads": threads})
    one_core = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
    succeed(other, *one_core, "sh", "-c", "umask 077; dvc repro", **ELSEWHERE)
    assert (other / "dvc.lock").read_bytes() == expected


@pytest.mark.slow
def test_whoever_pulls_goes_on_to_the_bytes_of_an_experiment(two_threads: Path, tmp_path: Path) -> None:
    first, other = shutil.copytree(two_threads, tmp_path / "first"), tmp_path / "other"
    succeed(first, "git", "clone", "--quiet", str(first), str(other))
    for folder, transfer in ((first, "push"), (other, "pull")):
        succeed(folder, "dvc", "remote", "add", "--default", "--local", "folder", str(tmp_path / "remote"))
        succeed(folder, "dvc", transfer)
    assert "Running" not in succeed(other, "dvc", "repro")
    assert succeed(other, "git", "status", "--porcelain") == ""

    change(other, train={"seed": 8})
    assert "Running stage 'train'" in succeed(other, "dvc", "repro")
    expected = (other / "dvc.lock").read_text()
    shutil.rmtree(first / ".dvc/cache/runs", ignore_errors=True)
    succeed(first, "dvc", "exp", "run", "--temp", "--set-param", "train.seed=8", "--name", "temp")
    succeed(first, "dvc", "exp", "branch", "temp", "branch")
    assert succeed(first, "git", "show", "branch:dvc.lock") == expected
