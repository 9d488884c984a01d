import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digits.pipeline.lock import one_at_a_time
from tests.imports import ROOT

HOLD = "from digits.pipeline.lock import one_at_a_time\nwith one_at_a_time(): print('held', flush=True); input()"


def hold(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock of `folder` until it is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_stage_is_told_which_process_is_in_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with hold(tmp_path) as holder:
        try:
            with pytest.raises(ValueError, match=rf"running in this folder already \(process {holder.pid}\)"):
                one_at_a_time().__enter__()
        finally:
            holder.send_signal(signal.SIGKILL)
    with one_at_a_time():
        pass


def test_another_folder_is_free_and_the_lock_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with one_at_a_time(), pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path / "other")
            with one_at_a_time():
                pass


def test_an_error_inside_passes_and_frees_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="inside"), one_at_a_time():
            raise RuntimeError("inside")
