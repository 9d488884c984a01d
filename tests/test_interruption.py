"""The pipeline killed, run twice at once, and on a full disk."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import ENVIRONMENT, change, clone, run
from tests.drawing import Split, write_raw
from tests.kills import kill_and_compare, results, running


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Split, Split]) -> Path:
    return write_raw(tmp_path_factory.mktemp("source"), *drawn)


def test_a_kill_in_every_stage_changes_no_result(tmp_path: Path) -> None:
    """`python -m tests.kills` does the same more often."""
    seen = kill_and_compare(tmp_path, kills=5, seed=0)
    assert sum(times for what, times in seen.items() if what.startswith("killed in")) == 5


def test_a_second_repro_at_once_is_refused_and_harms_nothing(source: Path, tmp_path: Path) -> None:
    project = clone(tmp_path / "clone", source)
    first = subprocess.Popen(["dvc", "repro"], cwd=project, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    while not running(first.pid, "train") and first.poll() is None:
        time.sleep(0.01)
    second = run(project, "dvc", "repro")
    assert first.wait() == 0
    assert second.returncode != 0
    assert "Traceback" not in second.stderr
    assert "is busy, it is being blocked by:" in second.stderr
    assert f"(PID {first.pid}):" in second.stderr
    assert "Running" not in run(project, "dvc", "repro").stdout
    undisturbed = clone(tmp_path / "undisturbed", source)
    assert run(undisturbed, "dvc", "repro").returncode == 0
    assert results(project) == results(undisturbed)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if run(tmp_path, "mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)).returncode:
        pytest.skip("no right to mount a small disk to fill")
    yield disk
    run(tmp_path, "umount", str(disk))


def test_a_full_disk_is_one_line_and_with_space_again_it_goes_on(source: Path, small_disk: Path) -> None:
    project = clone(small_disk / "clone", source)
    change(project, plot={"dpi": 300})
    for stage in ("check", "download", "subset", "train", "evaluate", "plot"):
        if stage in ("subset", "train", "plot"):
            fill(small_disk / "filler", spare=65_536)
            refused = run(project, "dvc", "repro", "--single-item", stage)
            assert refused.returncode != 0
            [line] = [line for line in refused.stderr.splitlines() if line.startswith("error:")]
            assert "the disk is full: " in line, line
            assert "bytes are needed" in line
            assert "Traceback" not in refused.stderr
            (small_disk / "filler").unlink()
        done = run(project, "dvc", "repro", "--single-item", stage)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "Running" not in run(project, "dvc", "repro").stdout
    assert not [path for path in project.rglob("*.partial") if ".dvc" not in path.parts]


def fill(path: Path, *, spare: int) -> None:
    """Fill the disk but for `spare` bytes."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(0, file.tell() - spare))
