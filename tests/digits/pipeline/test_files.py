import errno
import os
from pathlib import Path

import numpy as np
import pytest

from digits.pipeline.files import whole, write_csv, write_json, write_whole
from tests.imports import ROOT


def test_a_failure_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    write_whole(path, "old")
    with pytest.raises(TypeError), whole(path, size=3) as file:
        file.writelines([b"new", "no bytes"])  # type: ignore[list-item]
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("history.csv", "old")]


def test_until_the_end_the_file_is_beside_under_a_name_git_ignores(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/metrics.json"
    with whole(path, size=3) as file:
        file.write(b"{}")
        [partial] = path.parent.iterdir()
    assert partial.match("*.partial")
    assert [p.name for p in path.parent.iterdir()] == ["metrics.json"]
    assert "*.partial" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, r"history\.csv: the disk is full: 1,234 bytes are needed, [\d,]+ are free$"),
        (errno.EIO, "Input/output"),
    ],
)
def test_what_a_disk_refuses_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match=reason):
        write_whole(tmp_path / "history.csv", b"x" * 1234)
    assert list(tmp_path.iterdir()) == []


def test_bytes_text_json_and_csv_are_the_same_bytes_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"\0\r\n")
    assert path.read_bytes() == b"\0\r\n"
    write_whole(path, "é\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    write_json(path, {"b": 0.1, "a": None})
    assert path.read_bytes() == b'{\n  "b": 0.1,\n  "a": null\n}\n'
    write_csv(path, ("x", "y"), [(1, 0.1), (np.uint8(2), np.float64(1e-9))])
    assert path.read_bytes() == b"x,y\n1,0.1\n2,1e-09\n"
