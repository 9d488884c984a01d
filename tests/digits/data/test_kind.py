from pathlib import Path

import pytest

from digits.data.classes import KINDS, read_kind, write_kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read(tmp_path: Path, kind: str) -> None:
    write_kind(tmp_path / "pictures.txt", kind)
    assert read_kind(tmp_path / "pictures.txt") == kind


def test_data_without_the_file_are_strokes_and_another_file_is_refused(tmp_path: Path) -> None:
    assert read_kind(tmp_path / "none.txt") == "strokes"
    for content in (b"", b"pixels", b"\xff"):
        (tmp_path / "pictures.txt").write_bytes(content)
        with pytest.raises(ValueError, match=r"pictures\.txt: "):
            read_kind(tmp_path / "pictures.txt")
