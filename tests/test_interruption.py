import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import change, run, succeed
from tests.kills import await_stage, forget, kill_and_compare, results, start


@pytest.mark.slow
def test_a_kill_in_every_stage_changes_no_result(committed: Path) -> None:
    kill_and_compare(committed, kills=5, seed=0)


def test_a_second_repro_at_once_is_refused_and_harms_nothing(committed: Path) -> None:
    undisturbed = results(committed)
    forget(committed, "train")
    first = start(committed, "dvc", "repro", "train")
    assert await_stage(first, "train")
    second = run(committed, "dvc", "repro")
    assert first.wait() == 0
    assert second.returncode != 0
    assert "Traceback" not in second.stderr
    assert f"(PID {first.pid}):" in second.stderr
    assert results(committed) == undisturbed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if run(tmp_path, "mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)).returncode:
        pytest.skip("no right to mount a small disk to fill")
    yield disk
    run(tmp_path, "umount", str(disk))


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_with_space_again_it_goes_on(finished: Path, small_disk: Path) -> None:
    project = shutil.copytree(finished, small_disk / "clone")
    change(project, subset={"seed": 1}, plot={"dpi": 300})
    for stage, out in {"subset": "data/subset", "train": "models", "plot": "plots/images"}.items():
        shutil.rmtree(project / out)
        (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - 65_536))
        refused = run(project, "dvc", "repro", "--single-item", stage)
        assert refused.returncode != 0
        [line] = [line for line in refused.stderr.splitlines() if line.startswith("error:")]
        assert "the disk is full: " in line, line
        assert "bytes are needed" in line
        assert "Traceback" not in refused.stderr
        (small_disk / "filler").unlink()
        succeed(project, "dvc", "repro", stage)
    assert "Running" not in succeed(project, "dvc", "repro")
    assert not [path for path in project.rglob("*.partial") if ".dvc" not in path.parts]
