import sys
from contextlib import chdir
from pathlib import Path

import pytest

from digits.pipeline.lock import one_at_a_time
from tests.clones import started

HOLD = "from digits.pipeline.lock import one_at_a_time\nwith one_at_a_time(): print('held', flush=True); input()"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)


def test_a_second_stage_is_told_which_process_is_in_its_way() -> None:
    with started(Path(), sys.executable, "-c", HOLD) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match=rf"running in this folder already \(process {holder.pid}\)"):
            one_at_a_time().__enter__()
    with one_at_a_time():
        pass


def test_another_folder_is_free_and_an_error_gives_the_lock_back() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match="inside"), one_at_a_time(), chdir("other"), one_at_a_time():
            raise RuntimeError("inside")
