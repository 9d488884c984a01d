import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from digits.pipeline.lock import one_at_a_time
from tests.imports import ROOT

HOLD = "from digits.pipeline.lock import one_at_a_time\nwith one_at_a_time(): print('held', flush=True); input()"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)


def test_a_second_stage_is_told_which_process_is_in_its_way() -> None:
    command, environment = [sys.executable, "-c", HOLD], os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(ValueError, match=rf"running in this folder already \(process {holder.pid}\)"):
                one_at_a_time().__enter__()
        finally:
            holder.kill()
    with one_at_a_time():
        pass


def test_another_folder_is_free_and_an_error_gives_the_lock_back() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match="inside"), one_at_a_time(), chdir("other"), one_at_a_time():
            raise RuntimeError("inside")
