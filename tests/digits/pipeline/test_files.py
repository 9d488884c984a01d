import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digits.pipeline.files import whole, write_csv, write_json, write_whole
from tests.imports import ROOT


def fail_midway(path: Path) -> None:
    with whole(path, size=3) as file:
        file.write(b"new")
        raise RuntimeError("midway")


def test_a_failure_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    write_whole(path, "old")
    with pytest.raises(RuntimeError, match="midway"):
        fail_midway(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]
    write_whole(path, "newer")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("history.csv", "newer")]


def test_until_the_end_the_file_is_beside_under_a_name_git_ignores(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/metrics.json"
    with whole(path, size=3) as file:
        file.write(b"{}")
        [partial] = path.parent.iterdir()
    assert partial.match("*.partial")
    assert [p.name for p in path.parent.iterdir()] == ["metrics.json"]
    assert "*.partial" in (ROOT / ".gitignore").read_text().splitlines()


def refuse(number: int) -> Callable[[int], None]:
    def fsync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    return fsync


def test_a_full_disk_says_what_is_needed_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "old", "old")
    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    with pytest.raises(OSError, match=r"history\.csv: the disk is full: 1,234 bytes are needed, [\d,]+ are free$"):
        write_whole(tmp_path / "history.csv", b"x" * 1234)
    monkeypatch.setattr(os, "fsync", refuse(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        write_whole(tmp_path / "old", "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("old", "old")]


@pytest.mark.parametrize(("content", "written"), [(b"\0\r\n", b"\0\r\n"), ("é\n", b"\xc3\xa9\n")])
def test_bytes_and_text_are_written_as_they_are(tmp_path: Path, content: bytes | str, written: bytes) -> None:
    write_whole(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == written


def test_json_keeps_its_order_and_ends_its_last_line(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 0.1, "a": {"0": None}})
    content = (tmp_path / "a.json").read_bytes()
    assert content.startswith(b'{\n  "b": 0.1')
    assert content.endswith(b"}\n")
    assert json.loads(content) == {"b": 0.1, "a": {"0": None}}


def test_csv_writes_numbers_of_any_library_alike(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("x", "y"), [(1, 0.1), (np.uint8(2), np.float64(1e-9))])
    assert (tmp_path / "a.csv").read_bytes() == b"x,y\n1,0.1\n2,1e-09\n"
